/**
 * The 2,125 named characters of HTML as one string, for src/entities.ts: it packs to a third of
 * what the `entities` package's own tables do. `step name name …,step+second name …`: the code
 * point as its distance to the one before, and perhaps a second code point, in base 36.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const file = createRequire(import.meta.url).resolve("entities/lib/maps/entities.json");

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
    const step = (first - before).toString(36);
    before = first;
    return `${step}${second === undefined ? "" : `+${second.toString(36)}`} ${all.join(" ")}`;
  });
  return groups.join(",");
}
