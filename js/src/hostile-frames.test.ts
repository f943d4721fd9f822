/** Frames of a stranger's notebook, and of a kernel that is fed by a hostile server. */
import { expect, test } from "vitest";
import { NEW_INBOX, receive } from "./inbox";
import { drawSaved, readSaved } from "./saved";
import { EMPTY, fold, MOST } from "./transcript";
import { readFrame, WireError } from "./wire";

const MANY = 40_000;
const START = { type: "start", version: 1, model: "m", started_at: 7 };
const END = { type: "end", status: "complete" };
const ONE = {
  "phase-start": { phase: "waiting" },
  "phase-end": { phase: "waiting" },
  "tool-call-delta": { index: 0 },
  usage: { output_tokens: 1 },
  progress: { fraction: null, source: "none", tokens: 1 },
  notice: { level: "info", text: "So." },
  attachment: { name: "df", kind: "table", characters: 1, tokens: 1 },
  reset: { attempt: 1, wait_s: 0, cause: "429" },
  resume: { attempt: 1, wait_s: 0, cause: "429" },
  failover: { model: "n", cause: "out" },
  start: START,
  end: END,
} as const;
const KINDS = Object.keys(ONE) as (keyof typeof ONE)[];
const PIECES = ["text-delta", "reasoning-delta"] as const;

const numbered = (events: readonly object[]) =>
  events.map((event, seq) => ({ ...event, seq, at_s: seq / 1000 }));
const made = (kinds: readonly string[], count: number) =>
  Array.from({ length: count }, (_, at) => {
    const type = kinds[at % kinds.length] as keyof typeof ONE;
    return { type, ...ONE[type] };
  });
const saved = (events: readonly object[]) =>
  readSaved({ version: 1, frames: numbered([START, ...events, END]) });

test.each(KINDS)("a saved answer with 40,000 %s frames is refused", (type) => {
  expect(() => saved(made([type], MANY))).toThrow(`more than 2,000 ${type} frames`);
});

test("a saved answer with 40,000 frames of many kinds is refused", () => {
  expect(() => saved(made(KINDS.slice(0, -2), MANY))).toThrow(WireError);
  const text = { type: "text-delta", text: "a" };
  const mixed = made(["notice"], MANY).flatMap((notice) => [notice, text]);
  expect(() => saved(mixed)).toThrow("more than 2,000 notice frames");
});

test.each(PIECES)("a text may come in any number of %s frames", (type) => {
  const transcript = saved(Array.from({ length: MANY }, () => ({ type, text: "ab" })));
  expect(transcript.text + transcript.reasoning).toBe("ab".repeat(MANY));
});

test("a saved answer with as many as are allowed of every kind is drawn", () => {
  const events = KINDS.slice(0, -2).flatMap((type) => made([type], MOST));
  const { view, life } = drawSaved(document.createElement("div"), saved(events));
  expect(view.element.querySelectorAll(".nbstream-attachment")).toHaveLength(MOST);
  expect(view.element.dataset["status"]).toBe("complete");
  life.abort();
});

test.each(KINDS)("what a %s frame costs is bounded, however many came before it", (type) => {
  const state = numbered(made([type], 5000))
    .map(readFrame)
    .reduce(fold, EMPTY);
  for (const held of Object.values(state)) {
    if (Array.isArray(held)) expect(held.length).toBeLessThanOrEqual(MOST);
  }
});

test("of a live stream the first 2,000 of a kind are kept, and the newest in the last place", () => {
  const notices = Array.from({ length: 3000 }, (_, at) => ({
    type: "notice",
    level: "info",
    text: `${at}`,
  }));
  const frames = numbered([START, ...notices]);
  const { inbox } = receive(NEW_INBOX, { type: "frames", after: -1, frames }, 0);
  const { notices: kept } = inbox.transcript;
  expect(kept).toHaveLength(MOST);
  expect([kept[0]?.text, kept.at(-2)?.text, kept.at(-1)?.text]).toEqual(["0", "1998", "2999"]);
});

const DEEP = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`);
const WRONG = [5, null, true, [], {}, DEEP, Number.POSITIVE_INFINITY, { toString: "no" }];

test.each([...KINDS, ...PIECES])("a %s frame with a wrong type in a field is refused", (type) => {
  const fields = type in ONE ? ONE[type as keyof typeof ONE] : { text: "a" };
  const whole = { type, ...fields };
  for (const name of ["seq", "at_s", ...Object.keys(fields)].filter((name) => name !== "type")) {
    for (const value of [...WRONG, "x"]) {
      const held = { seq: 0, at_s: 0, ...whole, [name]: value };
      const text = drawnOr(() => readSaved({ version: 1, frames: [held, ...numbered([END])] }));
      expect(text).not.toMatch(/undefined|is not a|Cannot|\[object/);
    }
  }
});

function drawnOr(read: () => ReturnType<typeof readSaved>): string {
  let transcript: ReturnType<typeof readSaved>;
  try {
    transcript = read();
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return (error as Error).message;
  }
  const { view, life } = drawSaved(document.createElement("div"), transcript);
  life.abort();
  return view.element.textContent ?? "";
}

test.each([
  ["an unknown type", { type: "x".repeat(1e6) }],
  ["a type that is a list", { type: DEEP }],
  ["no object", 5],
  ["null", null],
  ["a type of every object's", { type: "constructor" }],
  ["an unknown status", { type: "end", status: "constructor" }],
])("%s is one short sentence", (_, json) => {
  const frames = [json && typeof json === "object" ? { seq: 0, at_s: 0, ...json } : json];
  const message = drawnOr(() => readSaved({ version: 1, frames }));
  expect(message.length).toBeLessThan(200);
  expect(message).toMatch(/\.$/);
});

test("names of every object's are names", () => {
  const word = "constructor";
  const phase = { type: "phase-start", phase: word };
  const notice = { type: "notice", level: word, text: "So." };
  const progress = { type: "progress", fraction: 0.5, source: word, tokens: 1 };
  const { view, life } = drawSaved(document.createElement("div"), saved([phase, notice, progress]));
  life.abort();
  expect(view.element.outerHTML).not.toContain("native code");
});

test("a name of millions of characters is cut where it is shown", () => {
  const name = "n".repeat(2_400_000);
  const attachment = { ...ONE.attachment, type: "attachment", name };
  const { view, life } = drawSaved(document.createElement("div"), saved([attachment]));
  life.abort();
  expect(view.element.textContent?.length).toBeLessThan(50_000);
  expect(view.element.textContent).toContain("2,400,000 characters in all");
});
