import { expect, test } from "vitest";
import { figures } from "./figures";
import { EMPTY, fold } from "./transcript";
import { readFrame } from "./wire";

type Event = [number, string, object?];

function after(...events: Event[]) {
  const start: Event = [0, "start", { version: 1, model: "m", started_at: 0 }];
  const frames = [start, ...events].map(([at_s, type, more], seq) =>
    readFrame({ seq, at_s, type, ...more }),
  );
  return figures(frames.reduce(fold, EMPTY));
}

const text = { text: "Hi" };
const measured = { fraction: 0.4, source: "max_tokens", tokens: 100 };

test("before the first token nothing is claimed", () => {
  expect(after()).toEqual({
    ...{ tokens: null, exact: false, tokensPerS: null, firstTokenS: null },
    ...{ fraction: null, thoughtS: 0, retry: null },
  });
});

test("tokens are estimated until the provider counts them", () => {
  expect(after([1, "text-delta", text], [2, "progress", measured])).toMatchObject({
    tokens: 100,
    exact: false,
  });
  const usage: Event = [2, "usage", { output_tokens: 87 }];
  const counted: Event = [2, "progress", { ...measured, tokens: 87, exact: true }];
  const end: Event = [2, "end", { status: "complete" }];
  const said: Event = [1, "text-delta", text];
  for (const events of [
    [usage, counted, end],
    [usage, end],
  ]) {
    expect(after(said, ...events)).toMatchObject({ tokens: 87, exact: true });
  }
});

test("a count that comes early, as with the first event, is not taken for the whole", () => {
  const early: Event = [0.5, "usage", { output_tokens: 1 }];
  const said: Event[] = [early, [1, "text-delta", text], [2, "progress", measured]];
  const end: Event = [2, "end", { status: "cancelled" }];
  for (const events of [said, [...said, end]]) {
    expect(after(...events)).toMatchObject({ tokens: 100, exact: false });
  }
});

test("the rate counts from the first token", () => {
  expect(after([1, "text-delta", text], [3, "progress", measured]).tokensPerS).toBe(50);
});

test("no rate from a moment too short to measure", () => {
  expect(after([1, "text-delta", text], [1.1, "progress", measured]).tokensPerS).toBeNull();
});

test("the first token of text gathered on its way is when its phase began", () => {
  const phase: Event = [0.3, "phase-start", { phase: "writing" }];
  expect(after(phase, [2.5, "text-delta", text]).firstTokenS).toBe(0.3);
});

test("only a complete answer fills the bar", () => {
  for (const status of ["cancelled", "failed", "truncated"]) {
    expect(after([1, "progress", measured], [2, "end", { status }]).fraction).toBe(0.4);
  }
  expect(after([1, "progress", measured], [2, "end", { status: "complete" }]).fraction).toBe(1);
});

test("a resume is pending until its first token, though there is text", () => {
  const broken: Event = [0.4, "text-delta", { text: "So" }];
  const resume: Event = [1, "resume", { attempt: 1, wait_s: 0.5, cause: "stream dropped" }];
  expect(after(broken, resume).retry).toEqual({ cause: "stream dropped", untilS: 1.5 });
  expect(after(broken, resume, [2, "text-delta", { text: " on" }]).retry).toBeNull();
});

test("a retry is pending until the next token or the end", () => {
  const reset: Event = [1, "reset", { attempt: 1, wait_s: 3, cause: "429" }];
  const retrying: Event = [1, "phase-start", { phase: "retrying" }];
  expect(after(reset, retrying).retry).toEqual({ cause: "429", untilS: 4 });
  expect(after(reset, retrying, [4.2, "text-delta", text]).retry).toBeNull();
  expect(after(reset, retrying, [2, "end", { status: "cancelled" }]).retry).toBeNull();
});

test("thinking is timed over all its spans", () => {
  const think = { phase: "thinking" };
  const spans: Event[] = [
    [1, "phase-start", think],
    [2, "phase-end", think],
    [3, "phase-start", think],
    [3.5, "phase-end", think],
  ];
  expect(after(...spans).thoughtS).toBe(1.5);
});
