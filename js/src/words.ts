/** What the view says: times, counts and states in words. Pure. */
import type { Figures } from "./figures";
import { currentPhase, isLive, type Transcript } from "./transcript";
import type { EventOf, ProgressSource, Status } from "./wire";

// the names are anybody's: `constructor` is none of an object's own
const PHASES: ReadonlyMap<string, string> = new Map([
  ["queued", "Queued"],
  ["loading", "Loading the model"],
  ["waiting", "Waiting for the first token"],
  ["thinking", "Thinking"],
  ["writing", "Writing"],
  ["retrying", "Retrying"],
]);

const STATUSES: Record<Status, string> = {
  waiting: "Waiting",
  streaming: "Writing",
  complete: "Complete",
  cancelled: "Cancelled",
  failed: "Failed",
  truncated: "Truncated",
};

const SOURCES: ReadonlyMap<string, string> = new Map<ProgressSource, string>([
  ["max_tokens", "of max_tokens"],
  ["past-answers", "by the length of past answers"],
]);

export function statusWord(status: Status): string {
  return STATUSES[status];
}

export function phaseWords(transcript: Transcript): string {
  const phase = currentPhase(transcript);
  if (!phase) return isLive(transcript.status) ? "Starting" : STATUSES[transcript.status];
  const { name, detail } = phase;
  const words = PHASES.get(name) ?? name.charAt(0).toUpperCase() + name.slice(1);
  return detail ? `${words}: ${detail}` : words;
}

/** `3.2 s`, from a minute on `1 min 05 s`. */
export function seconds(value: number): string {
  const s = Math.max(value, 0);
  if (s < 59.95) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

export function tokenWords({ tokens, exact }: Figures): string {
  if (tokens === null) return "";
  return `${exact ? "" : "~"}${tokens.toLocaleString("en-US")} token${tokens === 1 ? "" : "s"}`;
}

/** US dollars with two digits that count: `$0.0012`, `$0.25`, `$12.40`. */
export function costWords(usd: number): string {
  if (usd >= 1) {
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    return `$${usd.toLocaleString("en-US", digits)}`;
  }
  const places = usd > 0 ? 1 - Math.floor(Math.log10(usd)) : 2;
  return `$${usd.toFixed(Math.min(Math.max(places, 2), 12))}`;
}

type Attachment = EventOf<"attachment">;

/** `1,204 characters`; an image's size in tokens. */
export function sizeWords({ characters, tokens }: Attachment): string {
  if (characters === 0) return `~${tokens.toLocaleString("en-US")} tokens`;
  return `${characters.toLocaleString("en-US")} character${characters === 1 ? "" : "s"}`;
}

export function attachmentWords(attachment: Attachment): string {
  const { kind, characters, tokens } = attachment;
  const size = characters === 0 ? "" : `${sizeWords(attachment)}, `;
  return `${kind}, ${size}about ${tokens.toLocaleString("en-US")} tokens`;
}

export function rateWords({ tokensPerS }: Figures): string {
  if (tokensPerS === null) return "";
  const digits = tokensPerS < 10 ? 1 : 0;
  return `${tokensPerS.toFixed(digits)} tok/s`;
}

export function firstTokenWords({ firstTokenS }: Figures): string {
  return firstTokenS === null ? "" : `first token ${firstTokenS.toFixed(2)} s`;
}

export function percentWords(fraction: number, source: ProgressSource): string {
  return `${Math.floor(fraction * 100)} % ${SOURCES.get(source) ?? ""}`.trim();
}

/** `429, trying again in 3 s`, counted down. */
export function retryWords(cause: string, leftS: number): string {
  const left = Math.ceil(leftS);
  return left > 0 ? `${cause}, trying again in ${left} s` : `${cause}, trying again`;
}

export function reasoningWords(figures: Figures, thinking: boolean): string {
  if (thinking) return "Thinking…";
  const { thoughtS } = figures;
  return thoughtS >= 0.1 ? `Thought for ${seconds(thoughtS)}` : "Thoughts";
}
