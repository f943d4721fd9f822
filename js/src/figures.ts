/** The figures of a stream as a reader sees them: pure, read off its transcript. */
import { currentPhase, isLive, type Transcript } from "./transcript";

export interface Figures {
  /** Output tokens, null before the first. */
  readonly tokens: number | null;
  /** Whether the provider counted them. */
  readonly exact: boolean;
  /** From the first token on; null until there is enough to measure. */
  readonly tokensPerS: number | null;
  readonly firstTokenS: number | null;
  /** In [0, 1], 1 only for a complete answer; null where nothing measures it. */
  readonly fraction: number | null;
  /** How long the model thought before and while it wrote. */
  readonly thoughtS: number;
  /** A failed attempt whose wait or retry is going on. */
  readonly retry: { readonly cause: string; readonly untilS: number } | null;
}

/** Shorter spans give rates that only jump about. */
const SHORTEST_RATE_S = 0.4;

export function figures(transcript: Transcript): Figures {
  const { progress, usage } = transcript;
  const firstTokenS = firstToken(transcript);
  // A count may come with the first event; the kernel's progress knows what came after it.
  const counted = !progress && !isLive(transcript.status) ? usage?.output_tokens : null;
  const tokens = counted ?? (progress?.tokens || null);
  const writtenS = firstTokenS === null ? 0 : transcript.atS - firstTokenS;
  return {
    tokens,
    exact: counted != null || progress?.exact === true,
    tokensPerS: tokens && writtenS >= SHORTEST_RATE_S ? tokens / writtenS : null,
    firstTokenS,
    fraction: transcript.status === "complete" ? 1 : (progress?.fraction ?? null),
    thoughtS: thought(transcript),
    retry: pendingRetry(transcript),
  };
}

/**
 * Text that was gathered on its way carries the time of its last piece; the phase it came in
 * tells when it really began.
 */
function firstToken(transcript: Transcript): number | null {
  const { firstTokenAtS, resets, phases } = transcript;
  if (firstTokenAtS === null) return null;
  const since = resets.at(-1)?.at_s ?? 0;
  const spoke = phases.find((p) => p.startS >= since && isSpeaking(p.name));
  return Math.min(firstTokenAtS, spoke?.startS ?? firstTokenAtS);
}

function isSpeaking(phase: string): boolean {
  return phase === "thinking" || phase === "writing";
}

function thought({ phases, atS }: Transcript): number {
  const spans = phases.filter((phase) => phase.name === "thinking");
  return spans.reduce((sum, phase) => sum + ((phase.endS ?? atS) - phase.startS), 0);
}

function pendingRetry(transcript: Transcript): Figures["retry"] {
  const [reset, resume] = [transcript.resets.at(-1), transcript.resumes.at(-1)];
  const last = (resume?.at_s ?? 0) > (reset?.at_s ?? 0) ? resume : reset;
  if (!last || !isLive(transcript.status)) return null;
  const phase = currentPhase(transcript)?.name;
  if (phase && phase !== "retrying" && phase !== "waiting") return null;
  if ((transcript.lastTokenAtS ?? -1) > last.at_s) return null;
  return { cause: last.cause, untilS: last.at_s + last.wait_s };
}
