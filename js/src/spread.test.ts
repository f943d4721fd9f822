import fc from "fast-check";
import { expect, test } from "vitest";
import { Spread } from "./spread";

function steady(): Spread {
  const spread = new Spread();
  for (let at = 0; at <= 1000; at += 40) {
    spread.add("x".repeat(10), at);
    spread.takeAll();
  }
  return spread;
}

test("a batch grows over the frames until the next one", () => {
  const spread = steady();
  spread.add("0123456789", 1040);
  const frames = [1048, 1064, 1080].map((at) => spread.take(at));
  expect(frames.map((piece) => piece.length)).toEqual([3, 4, 3]);
  expect(frames.join("")).toBe("0123456789");
});

test("never behind by more than one batch", () => {
  const spread = steady();
  spread.add("first ", 1040);
  spread.add("second", 1080);
  expect(spread.take(1080)).toBe("first ");
});

test("all of it is out after the usual interval", () => {
  const spread = steady();
  spread.add("0123456789", 1040);
  expect(spread.take(1081)).toBe("0123456789");
  expect(spread.empty).toBe(true);
});

test("a surrogate pair is never parted", () => {
  const spread = steady();
  spread.add("😀😀😀😀😀", 1040);
  for (let at = 1040; at < 1090; at += 3) expect(spread.take(at).isWellFormed()).toBe(true);
});

test("whatever the times, nothing is lost, doubled or reordered", () => {
  const step = fc.record({ text: fc.string({ unit: "grapheme" }), waitMs: fc.nat(200) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const spread = new Spread();
      let [at, shown, given] = [0, "", ""];
      for (const { text, waitMs } of steps) {
        spread.add(text, at);
        given += text;
        at += waitMs;
        shown += spread.take(at);
      }
      expect(shown + spread.takeAll()).toBe(given);
    }),
  );
});

test("a text of many screens is not spread, and what was pending goes before it", () => {
  const spread = steady();
  spread.add("first ", 1040);
  spread.add("x".repeat(20_000), 1080);
  expect(spread.take(1081)).toBe(`first ${"x".repeat(20_000)}`);
});
