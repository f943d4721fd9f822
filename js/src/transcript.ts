/**
 * What a stream has said so far: a pure fold over its frames, the same as the kernel's
 * (src/nbstream/transcript.py); tests/fixtures/streams.json holds the two together.
 */
import type { EventOf, Frame, Status } from "./wire";

/**
 * So many of a kind are kept, and the newest: no stream that means well has more, and each frame
 * costs the same, however many came before it.
 */
export const MOST = 2000;

/** A stage of the stream, in seconds since the start; `endS` is null while it lasts. */
export interface PhaseSpan {
  readonly name: string;
  readonly detail: string;
  readonly startS: number;
  readonly endS: number | null;
}

export interface Transcript {
  /** The last frame's number, -1 before the first. */
  readonly seq: number;
  /** The last frame's time. */
  readonly atS: number;
  readonly status: Status;
  readonly start: EventOf<"start"> | null;
  readonly end: EventOf<"end"> | null;
  readonly text: string;
  readonly reasoning: string;
  readonly phases: readonly PhaseSpan[];
  readonly usage: EventOf<"usage"> | null;
  readonly progress: EventOf<"progress"> | null;
  readonly notices: readonly EventOf<"notice">[];
  readonly attachments: readonly EventOf<"attachment">[];
  /** Each failed attempt that was dropped, with the time it was. */
  readonly resets: readonly (EventOf<"reset"> & { readonly at_s: number })[];
  /** Each attempt that broke off and was continued. */
  readonly resumes: readonly (EventOf<"resume"> & { readonly at_s: number })[];
  /** Who answers, as `provider/model`. */
  readonly model: string;
  readonly firstTokenAtS: number | null;
  readonly lastTokenAtS: number | null;
}

export const EMPTY: Transcript = {
  seq: -1,
  atS: 0,
  status: "waiting",
  start: null,
  end: null,
  text: "",
  reasoning: "",
  phases: [],
  usage: null,
  progress: null,
  notices: [],
  attachments: [],
  resets: [],
  resumes: [],
  model: "",
  firstTokenAtS: null,
  lastTokenAtS: null,
};

/** The transcript with the next frame; a number that was already seen changes nothing. */
export function fold(state: Transcript, frame: Frame): Transcript {
  if (frame.seq <= state.seq) return state;
  const next = { ...state, ...change(state, frame), seq: frame.seq, atS: frame.at_s };
  return { ...next, status: statusOf(next) };
}

/** Whether the stream still goes on. */
export function isLive(status: Status): boolean {
  return status === "waiting" || status === "streaming";
}

/** The stage the stream is in, or null between two of them. */
export function currentPhase(state: Transcript): PhaseSpan | null {
  const last = state.phases.at(-1);
  return last && last.endS === null ? last : null;
}

function statusOf(state: Transcript): Status {
  if (state.end) return state.end.status;
  return state.firstTokenAtS === null ? "waiting" : "streaming";
}

function change(state: Transcript, frame: Frame): Partial<Transcript> {
  const tokens = {
    firstTokenAtS: state.firstTokenAtS ?? frame.at_s,
    lastTokenAtS: frame.at_s,
  };
  switch (frame.type) {
    case "start":
      return { start: frame, model: frame.model };
    case "phase-start":
      return { phases: kept(closed(state.phases, frame.at_s), opened(frame)) };
    case "phase-end":
      return { phases: closed(state.phases, frame.at_s) };
    case "text-delta":
      return { text: state.text + frame.text, ...tokens };
    case "reasoning-delta":
      return { reasoning: state.reasoning + frame.text, ...tokens };
    case "tool-call-delta":
      return tokens;
    case "usage":
      return { usage: frame };
    case "progress":
      return { progress: frame };
    case "notice":
      return { notices: kept(state.notices, frame) };
    case "attachment":
      return { attachments: kept(state.attachments, frame) };
    case "reset":
      return {
        text: "",
        reasoning: "",
        firstTokenAtS: null,
        lastTokenAtS: null,
        resets: kept(state.resets, frame),
      };
    case "resume":
      return { resumes: kept(state.resumes, frame) };
    case "failover":
      return { model: frame.model };
    case "end":
      return { end: frame, phases: closed(state.phases, frame.at_s) };
  }
}

function opened(frame: EventOf<"phase-start"> & { at_s: number }): PhaseSpan {
  return { name: frame.phase, detail: frame.detail, startS: frame.at_s, endS: null };
}

/** Only the last one can be open. */
function closed(phases: readonly PhaseSpan[], endS: number): readonly PhaseSpan[] {
  const last = phases.at(-1);
  return last && last.endS === null ? [...phases.slice(0, -1), { ...last, endS }] : phases;
}

/** The list with one more; a full one has it in its last place. */
function kept<T>(list: readonly T[], item: T): readonly T[] {
  return list.length < MOST ? [...list, item] : [...list.slice(0, MOST - 1), item];
}
