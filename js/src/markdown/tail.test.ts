import { expect, test } from "vitest";
import { createMarkdownView } from "./index.js";
import { Tail } from "./tail.js";
import { draw, feed, pieces } from "./testing/draw.js";

const paragraph = "A *long* paragraph of `some` words and 汉字, with é and \u202e in it; ".repeat(
  600,
);

test("a tail shows all it is given, in elements of which each begins after a space", () => {
  const host = document.createElement("p");
  const tail = new Tail(host, 1);
  for (const text of ["one", " two th", "ree ", "x\u200by z"]) tail.append(text);
  expect(host.textContent).toBe("one two three xU+200By z");
  const parts = [...host.querySelectorAll(".nbstream-part")];
  expect(parts.map((part) => part.textContent)).toEqual(["th", "z"]);
  for (const part of parts) expect(part.previousSibling?.textContent).toMatch(/ $/);
  tail.remove();
  expect(host.childNodes.length).toBe(0);
});

test("what a tail has shown is not touched again", () => {
  const host = document.createElement("p");
  const tail = new Tail(host, 1);
  tail.append("one two");
  const before = [...host.querySelectorAll("span")].map((each) => each.firstChild);
  tail.append(" three");
  expect([...host.querySelectorAll("span")].map((each) => each.firstChild)).toEqual(
    expect.arrayContaining(before),
  );
  expect(before.at(-1)?.textContent).toBe("two");
});

test("no part of it stays once the paragraph is whole", () => {
  const view = createMarkdownView(document);
  const text = `An *open ${paragraph.replaceAll("*", "")}`;
  // nothing after what may still become emphasis is certain
  feed(view, pieces(text, 1, 40));
  expect(view.element.querySelector(".nbstream-part")).not.toBeNull();
  feed(view, ["\n\n"]);
  view.end();
  expect(view.element.innerHTML).toBe(draw([text]).innerHTML);
});

test("a long paragraph in which nothing stays open has no raw end at any moment", () => {
  const view = createMarkdownView(document);
  let prefix = "";
  for (const piece of pieces(paragraph.slice(0, 9000), 1, 40)) {
    prefix += piece;
    feed(view, [piece]);
    const whole = createMarkdownView(document);
    feed(whole, [prefix]);
    const shown = view.element.innerHTML.replaceAll("<span></span>", "");
    expect(shown.replace(' class="nbstream-long"', "")).toBe(whole.element.innerHTML);
  }
  const spans = [...view.element.querySelectorAll("p > span")];
  expect(spans.filter((span) => !span.hasChildNodes()).length).toBe(2);
});
