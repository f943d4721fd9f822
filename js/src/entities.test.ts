import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { decodeHTMLStrict } from "./entities";

const load = createRequire(import.meta.url);
const original = load("entities/lib/decode.js") as { decodeHTMLStrict(text: string): string };
const names = Object.keys(load("entities/lib/maps/entities.json") as Record<string, string>);

test("every named reference is what the entities package makes of it", () => {
  expect(names.length).toBe(2125);
  for (const name of names) {
    expect(decodeHTMLStrict(`&${name};`)).toBe(original.decodeHTMLStrict(`&${name};`));
  }
});

test("numbers are what the entities package makes of them, in both writings", () => {
  const codes = [0, 9, 35, 0x7f, ...Array.from({ length: 40 }, (_, i) => 0x80 + i), 0x2028];
  codes.push(0xd7ff, 0xd800, 0xdfff, 0xe000, 0x1f600, 0x10ffff, 0x110000, 0xffffff);
  for (const code of codes) {
    for (const text of [`&#${code};`, `&#x${code.toString(16)};`, `&#X${code.toString(16)};`]) {
      expect(decodeHTMLStrict(text)).toBe(original.decodeHTMLStrict(text));
    }
  }
});

test("an unknown name stays as it is written", () => {
  expect(decodeHTMLStrict("&nosuchthing;")).toBe("&nosuchthing;");
});
