/** An open text longer than this is cut into what is certain and what is parsed for every piece. */
export const LONG_TEXT = 4096;
/** Where nothing of it is certain, it is parsed again only after it grew by this. */
const GROWTH = 1.125;

/** Whether a text of `length`, parsed last at `parsed`, is parsed again: O(n) in all. */
export function isWorthParsing(length: number, parsed: number): boolean {
  return length <= LONG_TEXT || length < parsed || length >= parsed * GROWTH;
}
