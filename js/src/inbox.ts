/**
 * Which messages of the kernel count: repeated ones are ignored, a gap asks for the whole stream
 * once, a snapshot replaces what is there. Pure; the clock is an argument.
 */
import { EMPTY, fold, isLive, type Transcript } from "./transcript";
import { type Frame, type KernelMessage, type PageMessage, readFrame } from "./wire";

/** After this long without an answer the snapshot is asked for again, then ever more rarely. */
const FIRST_PATIENCE_S = 4;

export interface Inbox {
  readonly transcript: Transcript;
  /** A gap was seen and no snapshot has come since. */
  readonly gap: boolean;
  /** When the kernel was last heard or asked, and how long its silence is borne. */
  readonly heardS: number;
  readonly patienceS: number;
}

/** What a message changed, in the form a view can draw without reading the whole text again. */
export interface Change {
  readonly inbox: Inbox;
  /** What was shown must go first. */
  readonly dropped: boolean;
  /** What is to be added after it. */
  readonly text: string;
  readonly reasoning: string;
  readonly send: PageMessage | null;
}

export const NEW_INBOX: Inbox = {
  transcript: EMPTY,
  gap: false,
  heardS: 0,
  patienceS: FIRST_PATIENCE_S,
};

/** Takes one message at the time `nowS` (seconds, any origin). Throws WireError. */
export function receive(inbox: Inbox, message: KernelMessage, nowS: number): Change {
  const heard = { ...inbox, heardS: nowS };
  const frames = message.frames.map(readFrame);
  if (message.type === "snapshot") return replaced(heard, frames.reduce(fold, EMPTY));
  const { transcript } = inbox;
  const last = frames.at(-1);
  if (!last || last.seq <= transcript.seq) return unchanged(heard, null);
  if (message.after === transcript.seq) return appended(heard, frames);
  const send = inbox.gap ? null : ({ type: "sync", seq: transcript.seq } as const);
  // while the snapshot is awaited its patience runs on: frames past the gap are no answer
  return unchanged(inbox.gap ? inbox : { ...heard, gap: true }, send);
}

/** Asks again where the kernel owes something and has been silent too long. */
export function askAgain(inbox: Inbox, nowS: number): { inbox: Inbox; send: PageMessage | null } {
  const owed = inbox.gap || isLive(inbox.transcript.status);
  if (!owed || nowS - inbox.heardS < inbox.patienceS) return { inbox, send: null };
  return {
    inbox: { ...inbox, heardS: nowS, patienceS: inbox.patienceS * 2 },
    send: { type: "sync", seq: inbox.transcript.seq },
  };
}

function unchanged(inbox: Inbox, send: PageMessage | null): Change {
  return { inbox, dropped: false, text: "", reasoning: "", send };
}

function appended(inbox: Inbox, frames: readonly Frame[]): Change {
  let { transcript } = inbox;
  let [dropped, text, reasoning] = [false, "", ""];
  for (const frame of frames) {
    if (frame.seq <= transcript.seq) continue;
    transcript = fold(transcript, frame);
    if (frame.type === "reset") [dropped, text, reasoning] = [true, "", ""];
    if (frame.type === "text-delta") text += frame.text;
    if (frame.type === "reasoning-delta") reasoning += frame.text;
  }
  const next = { ...inbox, transcript, patienceS: FIRST_PATIENCE_S };
  return { inbox: next, dropped, text, reasoning, send: null };
}

function replaced(inbox: Inbox, transcript: Transcript): Change {
  const { text, reasoning } = inbox.transcript;
  const grown = transcript.text.startsWith(text) && transcript.reasoning.startsWith(reasoning);
  return {
    // one that brings nothing new is the answer to our own question: the silence goes on
    inbox: {
      ...inbox,
      transcript,
      gap: false,
      patienceS: transcript.seq > inbox.transcript.seq ? FIRST_PATIENCE_S : inbox.patienceS,
    },
    dropped: !grown,
    text: grown ? transcript.text.slice(text.length) : transcript.text,
    reasoning: grown ? transcript.reasoning.slice(reasoning.length) : transcript.reasoning,
    send: null,
  };
}
