/** What is used of a CodeMirror 5-style language mode: one line at a time, state in between. */
export interface Mode {
  startState?(indentUnit: number): unknown;
  copyState?(state: never): unknown;
  token(stream: never, state: never): string | null;
  blankLine?(state: never, indentUnit: number): void;
}
