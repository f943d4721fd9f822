import { expect, test } from "vitest";
import streams from "../../tests/fixtures/streams.json";
import { currentPhase, EMPTY, fold, type Transcript } from "./transcript";
import { readFrame } from "./wire";

function summary(transcript: Transcript) {
  return {
    status: transcript.status,
    text: transcript.text,
    reasoning: transcript.reasoning,
    seq: transcript.seq,
    at_s: transcript.atS,
    first_token_at_s: transcript.firstTokenAtS,
    phase: currentPhase(transcript)?.name ?? null,
    output_tokens: transcript.usage?.output_tokens ?? null,
    fraction: transcript.progress?.fraction ?? null,
    tokens: transcript.progress?.tokens ?? null,
    notices: transcript.notices.map((notice) => notice.text),
    resets: transcript.resets.length,
    error: transcript.end?.error ?? null,
  };
}

for (const { name, frames, transcript } of streams) {
  test(`the kernel's transcript and the page's are the same: ${name}`, () => {
    expect(summary(frames.map(readFrame).reduce(fold, EMPTY))).toEqual(transcript);
  });
}

test("a fold leaves the state before it as it was", () => {
  const frames = streams[3]?.frames.map(readFrame) ?? [];
  const before = frames.slice(0, 4).reduce(fold, EMPTY);
  const copy = structuredClone(before);
  frames.reduce(fold, before);
  expect(before).toEqual(copy);
});

test("a phase keeps the span it lasted", () => {
  const frames = streams[3]?.frames.map(readFrame) ?? [];
  const { phases } = frames.reduce(fold, EMPTY);
  expect(phases).toEqual([
    { name: "thinking", detail: "", startS: 0.2, endS: 1 },
    { name: "writing", detail: "", startS: 1, endS: 1.1 },
  ]);
});
