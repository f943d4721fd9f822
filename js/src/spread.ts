/**
 * Spreads what arrives in batches over the animation frames until the next batch, so that text
 * grows evenly. Never behind by more than one batch: what is left of the one before goes out first.
 * Pure but for its own state; the clock is an argument.
 */
import { MUCH } from "./markdown";

/** Batches come about 7 times a second; slower ones are not stretched beyond this. */
const LONGEST_MS = 250;
const SHORTEST_MS = 16;

export class Spread {
  #pending = "";
  /** How much of `#pending` is of earlier batches and due at once. */
  #due = 0;
  #arrivedMs = 0;
  #intervalMs = 40;
  /** How much of the newest batch was there when it came, and when it should be gone. */
  #batch = 0;

  get empty(): boolean {
    return this.#pending === "";
  }

  add(text: string, nowMs: number): void {
    const gapMs = Math.min(Math.max(nowMs - this.#arrivedMs, SHORTEST_MS), LONGEST_MS);
    this.#intervalMs += (gapMs - this.#intervalMs) * 0.25;
    this.#arrivedMs = nowMs;
    // so much would only take longer in parts
    this.#due = this.#pending.length + (text.length > MUCH ? text.length : 0);
    this.#batch = text.length;
    this.#pending += text;
  }

  /** What is to be shown by now; at the end of the interval nothing is held back. */
  take(nowMs: number): string {
    const share = Math.min((nowMs - this.#arrivedMs) / this.#intervalMs, 1);
    const held = Math.floor(this.#batch * (1 - share));
    return this.#cut(Math.max(this.#pending.length - held, this.#due));
  }

  /** All that is held back. */
  takeAll(): string {
    return this.#cut(this.#pending.length);
  }

  #cut(length: number): string {
    const end = endsInPair(this.#pending, length) ? length + 1 : length;
    const taken = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end);
    this.#due = Math.max(this.#due - end, 0);
    return taken;
  }
}

/** Whether a cut at `index` would part a surrogate pair. */
function endsInPair(text: string, index: number): boolean {
  const code = text.charCodeAt(index - 1);
  return index < text.length && code >= 0xd800 && code < 0xdc00;
}
