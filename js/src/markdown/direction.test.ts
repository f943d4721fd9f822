import { expect, it } from "vitest";
import { draw } from "./testing/draw.js";

const directions = (markdown: string | string[]) =>
  [...draw(markdown).querySelectorAll<HTMLElement>("p, h1, th, td")].map(({ dir }) => dir);

it("only text with letters from right to left is asked for its direction", () => {
  const text =
    "שלום עולם\n\nOne word of עברית\n\n# مرحبا\n\n- ❤\ufe0f 中文 e\u0301 नमस्ते 😀\n- 𞤀𞤣𞤤𞤢𞤥\n";
  expect(directions(text)).toEqual(["auto", "auto", "auto", "", "auto"]);
  expect(directions([text])).toEqual(directions(text));
  expect(directions("| שם | name |\n|---|---|\n| x | ערך |\n")).toEqual(["auto", "", "", "auto"]);
});
