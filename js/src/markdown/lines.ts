/** Cuts text that arrives in pieces into lines; CR, LF and CRLF end a line, also across pieces. */
export class Lines {
  private pieces: string[] = [];
  private afterReturn = false;
  /** Where each complete line ends, its line end counted as one. */
  private readonly ends: number[] = [];
  /** Length of the unfinished line in UTF-16 units. */
  partialLength = 0;

  constructor(private readonly onLine: (line: string) => void) {}

  /** The text's length so far in UTF-16 units, each line end counted as one. */
  get length(): number {
    return (this.ends.at(-1) ?? 0) + this.partialLength;
  }

  /** Where the line of this number, from 1, begins in the text. */
  startOf(line: number): number {
    return line < 2 ? 0 : (this.ends[line - 2] ?? this.length);
  }

  /** The unfinished line. */
  get partial(): string {
    if (this.pieces.length > 1) this.pieces = [this.pieces.join("")];
    return this.pieces[0] ?? "";
  }

  /** Only `delta` is looked at: a line of any length costs what its pieces cost. */
  append(delta: string): void {
    let start = 0;
    if (this.afterReturn && delta !== "") {
      this.afterReturn = false;
      if (delta.startsWith("\n")) start = 1;
    }
    for (let i = start; i < delta.length; i++) {
      const code = delta.charCodeAt(i);
      if (code !== 10 && code !== 13) continue;
      this.keep(delta.slice(start, i));
      if (code === 13) {
        if (i + 1 === delta.length) this.afterReturn = true;
        else if (delta.charCodeAt(i + 1) === 10) i++;
      }
      start = i + 1;
      this.finishLine();
    }
    this.keep(delta.slice(start));
  }

  finishLine(): void {
    const line = this.partial;
    this.ends.push((this.ends.at(-1) ?? 0) + line.length + 1);
    this.pieces = [];
    this.partialLength = 0;
    this.onLine(line);
  }

  private keep(piece: string): void {
    if (piece === "") return;
    this.pieces.push(piece);
    this.partialLength += piece.length;
  }
}
