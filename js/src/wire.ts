/**
 * Frames as the kernel writes them: flat objects with their number, their time and the event's
 * own fields by their Python names; fields that hold their default are left out.
 * The vocabulary is src/nbstream/wire.py's; tests/fixtures/frames.json holds one of each.
 */

export const VERSION = 1;

export type EndStatus = "complete" | "cancelled" | "failed" | "truncated";
export type Status = "waiting" | "streaming" | EndStatus;
export type ProgressSource = "max_tokens" | "past-answers" | "none";
export type NoticeLevel = "info" | "warning";

interface Events {
  /** `model` is `provider/model` as asked for; `started_at` is Unix seconds. */
  start: { model: string; started_at: number };
  "phase-start": { phase: string; detail: string };
  "phase-end": { phase: string };
  "text-delta": { text: string };
  "reasoning-delta": { text: string };
  "tool-call-delta": { index: number; arguments: string; name: string; id: string };
  usage: {
    input_tokens: number | null;
    output_tokens: number | null;
    cached_input_tokens: number | null;
    reasoning_tokens: number | null;
    cost_usd: number | null;
  };
  /** `fraction` is in [0, 1) and never goes back, or null where nothing measures it. */
  progress: { fraction: number | null; source: ProgressSource; tokens: number; exact: boolean };
  notice: { level: NoticeLevel; text: string };
  /** Something that went into the prompt; `characters` is 0 for an image, `tokens` about right. */
  attachment: { name: string; kind: string; characters: number; tokens: number };
  /** Attempt number `attempt` failed and is dropped; the next begins after `wait_s`. */
  reset: { attempt: number; wait_s: number; cause: string };
  /** Attempt number `attempt` broke off; what it said stays, and the next goes on from there. */
  resume: { attempt: number; wait_s: number; cause: string };
  /** The model asked so far is out; from now on `model` answers. */
  failover: { model: string; cause: string };
  end: {
    status: EndStatus;
    stop_reason: string;
    error: string;
    code: string;
    model: string;
    request_id: string;
    ignored: number;
  };
}

export type EventType = keyof Events;
export type EventOf<T extends EventType> = { type: T } & Events[T];
/** `seq` counts from 0 without gaps; `at_s` is seconds since the start. */
export type FrameOf<T extends EventType> = { seq: number; at_s: number } & EventOf<T>;
export type Frame = { [T in EventType]: FrameOf<T> }[EventType];

/** What an event's optional fields are when they are left out. */
const DEFAULTS: { [T in EventType]: Partial<Events[T]> } = {
  start: {},
  "phase-start": { detail: "" },
  "phase-end": {},
  "text-delta": {},
  "reasoning-delta": {},
  "tool-call-delta": { arguments: "", name: "", id: "" },
  usage: {
    input_tokens: null,
    output_tokens: null,
    cached_input_tokens: null,
    reasoning_tokens: null,
    cost_usd: null,
  },
  progress: { exact: false },
  notice: {},
  attachment: {},
  reset: {},
  resume: {},
  failover: {},
  end: { stop_reason: "", error: "", code: "", model: "", request_id: "", ignored: 0 },
};

/** What each field holds; with a question mark it may be null. */
type Kind = "string" | "number" | "boolean" | "number?";

const NUMBERED: Record<string, Kind> = { seq: "number", at_s: "number" };
const USAGE: Record<keyof Events["usage"], Kind> = {
  input_tokens: "number?",
  output_tokens: "number?",
  cached_input_tokens: "number?",
  reasoning_tokens: "number?",
  cost_usd: "number?",
};
const ATTEMPT: Record<keyof Events["reset"], Kind> = {
  attempt: "number",
  wait_s: "number",
  cause: "string",
};
const KINDS: { [T in EventType]: Record<keyof Events[T], Kind> } = {
  start: { model: "string", started_at: "number" },
  "phase-start": { phase: "string", detail: "string" },
  "phase-end": { phase: "string" },
  "text-delta": { text: "string" },
  "reasoning-delta": { text: "string" },
  "tool-call-delta": { index: "number", arguments: "string", name: "string", id: "string" },
  usage: USAGE,
  progress: { fraction: "number?", source: "string", tokens: "number", exact: "boolean" },
  notice: { level: "string", text: "string" },
  attachment: { name: "string", kind: "string", characters: "number", tokens: "number" },
  reset: ATTEMPT,
  resume: ATTEMPT,
  failover: { model: "string", cause: "string" },
  end: {
    status: "string",
    stop_reason: "string",
    error: "string",
    code: "string",
    model: "string",
    request_id: "string",
    ignored: "number",
  },
};
const FIELDS = new Map(
  Object.entries(KINDS).map(([type, kinds]) => [type, Object.entries({ ...NUMBERED, ...kinds })]),
);
const STATUSES = new Set<unknown>(["complete", "cancelled", "failed", "truncated"]);

/** A frame that cannot be read; the message is a sentence for a person. */
export class WireError extends Error {}

/**
 * The frame with its defaults filled in. Throws WireError for a kind or version not known, and for
 * a field that does not hold what it should.
 */
export function readFrame(json: unknown): Frame {
  const data = json as Record<string, unknown>;
  const type = data?.["type"] as EventType;
  if (typeof type !== "string" || !Object.hasOwn(DEFAULTS, type)) {
    throw new WireError(`Unknown frame type ${worded(type)}; a newer nbstream wrote it.`);
  }
  if (type === "start" && data["version"] !== VERSION) {
    const version = worded(data["version"]);
    throw new WireError(`The stream is of version ${version}; this page reads ${VERSION}.`);
  }
  const frame: Record<string, unknown> = { ...DEFAULTS[type], ...data };
  for (const [name, kind] of FIELDS.get(type) ?? []) {
    if (!holds(frame[name], kind)) throw unreadable(type, name, frame[name]);
  }
  if (type === "end" && !STATUSES.has(frame["status"])) {
    throw unreadable(type, "status", frame["status"]);
  }
  return frame as unknown as Frame;
}

function holds(value: unknown, kind: Kind): boolean {
  if (kind === "number?") return value === null || Number.isFinite(value);
  return kind === "number" ? Number.isFinite(value) : typeof value === kind;
}

function unreadable(type: string, name: string, value: unknown): WireError {
  return new WireError(`A ${type} frame is not readable: ${name} is ${worded(value)}.`);
}

/** A value that may be anybody's, for a sentence: of an object only what it is. */
export function worded(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? "a list" : "an object";
  }
  const text = typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
  return typeof value === "string" && value.length > 40 ? `${text}…` : text;
}

/** The reader's own settings; no answer and no file has a say in them. */
export interface Settings {
  /** The hosts images are loaded from; left out where there are none. */
  image_hosts?: readonly string[];
  /** Left out where text grows evenly; false: each batch is shown at once. */
  smooth?: boolean;
}

/** What the kernel sends; `runtime` is the stub's own business. */
export type KernelMessage = (
  | { type: "frames"; after: number; frames: unknown[] }
  | { type: "snapshot"; frames: unknown[]; model_id?: string }
) & { settings?: Settings };

/** A part of the page's code, in the message's one buffer as a gzipped ES module. */
export type ChunkName = "math" | "runtime";
export type ChunkMessage = { type: "chunk"; name: ChunkName };

/** What stays of an output that has ended, for a page that gets it in no other way. */
export type SettledMessage = {
  type: "settled";
  model_id: string;
  data: Readonly<Record<string, unknown>>;
};

/** What the page sends. */
export type PageMessage =
  | { type: "hello"; runtime: string; seq: number }
  /** A view was made; the kernel answers it where the answer has ended. */
  | { type: "shown"; runtime: string }
  /** The last view of an answer that has ended is gone. */
  | { type: "released" }
  | { type: "sync"; seq: number }
  | ChunkMessage
  | { type: "cancel" };
