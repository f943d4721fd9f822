import { expect, test } from "vitest";
import * as words from "./words";

test("seconds have one decimal up to a minute, then minutes", () => {
  expect([0, 3.21, 59.94, 59.96, 65, 3605].map(words.seconds)).toEqual([
    ...["0.0 s", "3.2 s", "59.9 s", "1 min 00 s", "1 min 05 s", "60 min 05 s"],
  ]);
});

test("a time before the start is shown as none", () => {
  expect(words.seconds(-0.2)).toBe("0.0 s");
});

test("estimated tokens say so", () => {
  const figures = { tokens: 1234, exact: false } as never;
  expect(words.tokenWords(figures)).toBe("~1,234 tokens");
  expect(words.tokenWords({ tokens: 1, exact: true } as never)).toBe("1 token");
});

test("dollars show two digits that count", () => {
  expect([0, 0.00001234, 0.0012, 0.017, 0.25, 0.2, 12.4, 1234.5].map(words.costWords)).toEqual([
    ...["$0.00", "$0.000012", "$0.0012", "$0.017", "$0.25", "$0.20", "$12.40", "$1,234.50"],
  ]);
});

test("a retry counts whole seconds down and then says it tries", () => {
  expect([3, 2.01, 0.2, 0, -1].map((left) => words.retryWords("429", left))).toEqual([
    "429, trying again in 3 s",
    "429, trying again in 3 s",
    "429, trying again in 1 s",
    "429, trying again",
    "429, trying again",
  ]);
});

test("a fraction is never rounded up to the whole", () => {
  expect(words.percentWords(0.999, "max_tokens")).toBe("99 % of max_tokens");
  expect(words.percentWords(1, "none")).toBe("100 %");
});

test("an end has the same word as in Python and in what is saved", () => {
  const ends = ["complete", "cancelled", "failed", "truncated"] as const;
  expect(ends.map((end) => words.statusWord(end).toLowerCase())).toEqual(ends);
});
