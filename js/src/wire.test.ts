import { expect, test } from "vitest";
import fixture from "../../tests/fixtures/frames.json";
import { readFrame, WireError } from "./wire";

test("every event of the shared fixture is read with its own fields unchanged", () => {
  for (const json of fixture.frames) expect(readFrame(json)).toMatchObject(json);
});

test("the shared fixture has every type of event", () => {
  const types = new Set(fixture.frames.map((frame) => frame.type));
  expect([...types].sort()).toEqual([
    ...[
      "attachment",
      "end",
      "failover",
      "notice",
      "phase-end",
      "phase-start",
      "progress",
      "reasoning-delta",
    ],
    ...["reset", "resume", "start", "text-delta", "tool-call-delta", "usage"],
  ]);
});

test("fields left out hold their defaults", () => {
  const end = readFrame({ seq: 3, at_s: 1, type: "end", status: "cancelled" });
  expect(end).toMatchObject({ error: "", code: "", stop_reason: "", model: "", request_id: "" });
  expect(readFrame({ seq: 1, at_s: 0, type: "usage" })).toMatchObject({ output_tokens: null });
});

test("an unknown type is refused with a sentence that names it", () => {
  expect(() => readFrame({ seq: 1, at_s: 0, type: "hologram" })).toThrow(WireError);
  expect(() => readFrame({ seq: 1, at_s: 0, type: "hologram" })).toThrow(/"hologram"/);
  expect(() => readFrame({ seq: 1, at_s: 0, type: "toString" })).toThrow(WireError);
  expect(() => readFrame(null)).toThrow(WireError);
});

test("a version that is not known is refused", () => {
  const start = { seq: 0, at_s: 0, type: "start", model: "m", started_at: 0 };
  expect(() => readFrame({ ...start, version: 2 })).toThrow(/version 2/);
  expect(() => readFrame(start)).toThrow(WireError);
});
