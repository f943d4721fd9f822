/** An open text longer than this is cut into what is certain and what is parsed for every piece. */
export const LONG_TEXT = 4096;
/** Where nothing of it is certain, so much is parsed for every piece: some 2 ms of each frame. */
export const LONG_DOUBT = 32_768;
/** Beyond that it is parsed again only after it grew by this. */
const GROWTH = 1.125;

/** Whether what was parsed last when it had the length `parsed` is parsed again: O(n) in all. */
export function isWorthParsing(length: number, parsed: number, short = LONG_TEXT): boolean {
  return length <= short || length < parsed || length >= parsed * GROWTH;
}
