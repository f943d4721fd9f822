import { expect, test } from "vitest";
import { createAttachments } from "./attachments";
import { EMPTY, fold, type Transcript } from "./transcript";
import type { EventOf } from "./wire";

function attached(...given: Partial<EventOf<"attachment">>[]): Transcript {
  const kinds = { type: "attachment", name: "df", kind: "pandas DataFrame" } as const;
  return given.reduce<Transcript>(
    (state, one, seq) =>
      fold(state, { ...kinds, characters: 1204, tokens: 301, ...one, seq, at_s: 0 }),
    EMPTY,
  );
}

function chips(list: HTMLElement): (string | null)[] {
  return [...list.children].map((chip) => chip.textContent);
}

test("each attachment is a chip with its size, an image's in tokens", () => {
  const { element, update } = createAttachments(document);
  update(attached({}, { name: "fig", kind: "matplotlib Figure", characters: 0, tokens: 410 }));
  expect(chips(element)).toEqual(["df 1,204 characters", "fig ~410 tokens"]);
  expect((element.firstChild as HTMLElement).title).toBe(
    "pandas DataFrame, 1,204 characters, about 301 tokens",
  );
});

test("nothing attached is nothing shown", () => {
  const { element, update } = createAttachments(document);
  update(EMPTY);
  expect(element.hidden).toBe(true);
});

test("a name is text, and chips are added once", () => {
  const { element, update } = createAttachments(document);
  update(attached({ name: "<img src=x>" }));
  update(attached({ name: "<img src=x>" }, { characters: 1 }));
  expect(chips(element)).toEqual(["<img src=x> 1,204 characters", "df 1 character"]);
  expect(element.querySelector("img")).toBeNull();
});
