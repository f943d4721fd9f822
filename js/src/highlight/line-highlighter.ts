import { LineStream } from "./line-stream.js";
import type { Mode } from "./mode.js";
import { classOf } from "./token-class.js";

const INDENT = 4;
/** Minified code and data in one line: colours would cost more than they tell. */
const LONGEST_LINE = 2000;
/** A mode that does not advance is asked this often before it is pushed on. */
const PATIENCE = 10;

export interface Token {
  text: string;
  /** `nbstream-tok-…`, or empty for plain text. */
  className: string;
}

/** Colours code line by line; the state between lines is kept, so a line costs only itself. */
export class LineHighlighter {
  private readonly state: unknown;

  constructor(private readonly mode: Mode) {
    this.state = mode.startState?.(INDENT) ?? {};
  }

  /** The tokens of the next line, which is complete. */
  advance(line: string): Token[] {
    return this.tokens(line, this.state);
  }

  /** The tokens of a line that is not complete: the state stays as it is. */
  peek(line: string): Token[] {
    return this.tokens(line, copyOf(this.mode, this.state));
  }

  private tokens(line: string, state: unknown): Token[] {
    if (line === "") {
      this.mode.blankLine?.(state as never, INDENT);
      return [];
    }
    if (line.length > LONGEST_LINE) return [{ text: line, className: "" }];
    const tokens: Token[] = [];
    const stream = new LineStream(line);
    let broken = false;
    while (!stream.eol()) {
      stream.start = stream.pos;
      let style: string | null = null;
      for (let i = 0; !broken && stream.pos === stream.start && i < PATIENCE; i++) {
        try {
          style = this.mode.token(stream as never, state as never);
        } catch {
          // A mode that trips over half-written code leaves the rest of the line plain.
          broken = true;
        }
      }
      if (broken) stream.skipToEnd();
      else if (stream.pos <= stream.start) stream.pos = stream.start + 1;
      push(tokens, line.slice(stream.start, stream.pos), style ? classOf(style) : "");
    }
    return tokens;
  }
}

function push(tokens: Token[], text: string, className: string): void {
  const last = tokens.at(-1);
  if (last && last.className === className) last.text += text;
  else tokens.push({ text, className });
}

function copyOf(mode: Mode, state: unknown): unknown {
  if (mode.copyState) return mode.copyState(state as never);
  if (typeof state !== "object" || state === null) return state;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(state)) {
    copy[key] = Array.isArray(value) ? value.slice() : value;
  }
  return copy;
}
