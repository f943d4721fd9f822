/**
 * The 2,125 named characters of HTML as one string, for src/entities.ts: it packs to a third of
 * what the `entities` package's own tables do. `name name …,step name …,step+second name …`: the
 * code point as its distance to the one before, if that is not 1, and perhaps a second code point.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Where the characters and their names stand. */
export const file = createRequire(import.meta.url).resolve("entities/lib/maps/entities.json");

export function entityTable() {
  const names = new Map();
  for (const [name, character] of Object.entries(JSON.parse(readFileSync(file, "utf8")))) {
    names.set(character, [...(names.get(character) ?? []), name]);
  }
  const codes = (character) => [...character].map((each) => each.codePointAt(0));
  const sorted = [...names].sort(([a], [b]) => codes(a)[0] - codes(b)[0] || (a < b ? -1 : 1));
  let before = 0;
  const groups = sorted.map(([character, all]) => {
    const [first, second] = codes(character);
    const step = second === undefined ? `${first - before}` : `${first - before}+${second}`;
    before = first;
    // the order that packs best
    const ordered = all.sort((a, b) => b.length - a.length || (a < b ? 1 : -1)).join(" ");
    return step === "1" ? ordered : step + ordered;
  });
  return groups.join(",");
}
