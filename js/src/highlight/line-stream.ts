const TAB = 4;

/** One line of code as a language mode reads it (CodeMirror 5's StringStream). */
export class LineStream {
  pos = 0;
  start = 0;
  readonly lineStart = 0;
  readonly tabSize = TAB;
  readonly indentUnit = TAB;

  constructor(readonly string: string) {}

  eol(): boolean {
    return this.pos >= this.string.length;
  }

  sol(): boolean {
    return this.pos === 0;
  }

  peek(): string | undefined {
    return this.string[this.pos];
  }

  next(): string | undefined {
    return this.pos < this.string.length ? this.string[this.pos++] : undefined;
  }

  eat(pattern: string | RegExp | ((char: string) => boolean)): string | undefined {
    const char = this.string[this.pos];
    if (char === undefined) return undefined;
    const fits =
      typeof pattern === "string"
        ? char === pattern
        : pattern instanceof RegExp
          ? pattern.test(char)
          : pattern(char);
    if (!fits) return undefined;
    this.pos++;
    return char;
  }

  eatWhile(pattern: string | RegExp | ((char: string) => boolean)): boolean {
    const from = this.pos;
    while (this.eat(pattern) !== undefined);
    return this.pos > from;
  }

  eatSpace(): boolean {
    return this.eatWhile(/[\s\u00a0]/);
  }

  skipToEnd(): void {
    this.pos = this.string.length;
  }

  skipTo(text: string): boolean {
    const found = this.string.indexOf(text, this.pos);
    if (found >= 0) this.pos = found;
    return found >= 0;
  }

  backUp(count: number): void {
    this.pos -= count;
  }

  column(): number {
    return columnAt(this.string, this.start);
  }

  indentation(): number {
    return columnAt(this.string, /^\s*/.exec(this.string)?.[0].length ?? 0);
  }

  match(
    pattern: string | RegExp,
    consume = true,
    ignoreCase = false,
  ): boolean | RegExpMatchArray | null {
    if (typeof pattern === "string") {
      const text = this.string.slice(this.pos, this.pos + pattern.length);
      const same = ignoreCase ? text.toLowerCase() === pattern.toLowerCase() : text === pattern;
      if (!same) return null;
      if (consume) this.pos += pattern.length;
      return true;
    }
    const match = this.string.slice(this.pos).match(pattern);
    if (!match || (match.index ?? 0) > 0) return null;
    if (consume) this.pos += match[0].length;
    return match;
  }

  current(): string {
    return this.string.slice(this.start, this.pos);
  }

  lookAhead(): null {
    return null;
  }

  baseToken(): null {
    return null;
  }
}

function columnAt(line: string, end: number): number {
  let column = 0;
  for (let i = 0; i < end; i++) column += line[i] === "\t" ? TAB - (column % TAB) : 1;
  return column;
}
