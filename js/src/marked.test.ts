/** Characters that reorder or hide text are marked wherever a text of somebody else's is shown. */
import { expect, test } from "vitest";
import { element, setText } from "./elements";
import { createMarkdownView } from "./markdown";
import { visible } from "./markdown/invisible";
import { render } from "./math";
import { drawSaved, readSaved } from "./saved";

const HIDDEN = ["\u202e", "\u200b", "\u2066", "\u00ad", "\u{e0041}", "\u001b"];
const named = (char: string) =>
  `U+${char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;

function drawn(events: readonly object[], text = "a") {
  const all = [
    { type: "start", version: 1, model: "m", started_at: 7 },
    ...events.filter((event) => !isEnd(event)),
    { type: "text-delta", text },
    { type: "end", status: "complete", ...events.find(isEnd) },
  ];
  const frames = all.map((event, seq) => ({ seq, at_s: seq, ...event }));
  const { view, life } = drawSaved(
    document.createElement("div"),
    readSaved({ version: 1, frames }),
  );
  life.abort();
  return view.element;
}

function isEnd(event: object): boolean {
  return "status" in event;
}

const evil = (char: string) => `ev${char}il`;
const PLACES: [string, (char: string) => object[], string][] = [
  [
    "a model's name",
    (char) => [{ type: "start", version: 1, model: evil(char), started_at: 7 }],
    ".nbstream-model",
  ],
  [
    "a model that takes over",
    (char) => [{ type: "failover", model: evil(char), cause: "out" }],
    ".nbstream-ended .nbstream-model",
  ],
  [
    "a notice",
    (char) => [{ type: "notice", level: "info", text: evil(char) }],
    ".nbstream-notices",
  ],
  [
    "an attachment's name",
    (char) => [
      { type: "attachment", name: evil(char), kind: evil(char), characters: 1, tokens: 1 },
    ],
    ".nbstream-attachment",
  ],
  ["a thought", (char) => [{ type: "reasoning-delta", text: evil(char) }], ".nbstream-reasoning"],
  ["an error", (char) => [{ type: "end", status: "failed", error: evil(char) }], ".nbstream-error"],
];

for (const [place, events, selector] of PLACES) {
  test.each(HIDDEN)(`${place} has %j marked`, (char) => {
    const root = drawn(events(char));
    const shown = [...root.querySelectorAll(selector)].map((each) => each.textContent).join();
    expect(shown).toContain(`ev${named(char)}il`);
    expect(root.outerHTML).not.toContain(char);
    expect(root.querySelector(`${selector} .nbstream-invisible`)).not.toBeNull();
  });
}

test("the phase of a running stream has them marked", () => {
  const host = element(document, "span", "phase");
  setText(host, "ev\u202eil: \u2066detail");
  expect(host.textContent).toBe("evU+202Eil: U+2066detail");
  const before = host.firstChild;
  setText(host, "ev\u202eil: \u2066detail");
  expect(host.firstChild).toBe(before);
});

test("titles and names for those who hear the page have them marked", () => {
  expect(visible("a\u202eb")).toBe("aU+202Eb");
  const view = createMarkdownView(document);
  view.append("[a](https://x.example/\u202ea 't\u2066') ![a\u202eb](c)\n\n```p\u202ey\nx\n```\n");
  view.end();
  expect(view.element.outerHTML).not.toMatch(/title="[^"]*[\u202e\u2066]/);
  expect(view.element.querySelector(".nbstream-code-language")?.textContent).toBe("pU+202Ey");
});

test.each(["$a\u202eb$", "$$\na\u2066b\n$$", "\\(\\text{a\u200bb}\\)"])(
  "a formula with them stays as its source, marked: %j",
  async (text) => {
    const view = createMarkdownView(document, { loadMath: async () => ({ render }) });
    view.append(text);
    view.end();
    await new Promise((resolve) => setTimeout(resolve));
    expect(view.element.querySelector(".nbstream-math .nbstream-invisible")).not.toBeNull();
    expect(view.element.querySelector("math")).toBeNull();
  },
);

test("a formula that writes one as a number stays as its source", () => {
  const host = document.createElement("span");
  expect(() => render('a\\char"202E b', false, host)).toThrow();
  expect(() => render("\\sin x + \\mathcal{A} \\sqrt{2}", false, host)).not.toThrow();
});

test("thoughts in any pieces keep the joiners that writing needs", () => {
  const family = "👩‍👩‍👧 و می‌خواهم 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ";
  for (const size of [1, 2, 3, 7]) {
    const pieces: object[] = [];
    const text = family.repeat(3);
    for (let at = 0; at < text.length; at += size) {
      pieces.push({ type: "reasoning-delta", text: text.slice(at, at + size) });
    }
    expect(drawn(pieces).querySelector(".nbstream-reasoning-text")?.textContent).toBe(text);
  }
});
