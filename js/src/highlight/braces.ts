import type { LineStream } from "./line-stream.js";
import type { Mode } from "./mode.js";

/** What tells one language of the C family from another. */
export interface Dialect {
  keywords: string;
  types?: string;
  atoms?: string;
  /** What a backtick starts. Without it a backtick is a sign like others. */
  backtick?: "raw" | "template" | "name";
  /** `"""` starts a string over several lines. */
  tripleQuotes?: boolean;
  /** `'` is for single characters; alone it starts a lifetime or label, not a string. */
  lifetimes?: boolean;
  nestedComments?: boolean;
  /** `/` where no value stands before it starts a regular expression. */
  regexps?: boolean;
  /** A string before a colon is a key. */
  keys?: boolean;
}

interface State {
  /** Depth of the open block comment. */
  comment: number;
  /** What closes the open string; null outside strings. */
  quote: string | null;
  /** For each `${` of an open template: the braces open in it. */
  templates: number[];
  /** The last token was a value: a `/` now divides. */
  afterValue: boolean;
  /** The last word introduces a name (`class`, `fn`). */
  afterIntroducer: boolean;
}

const WORD = /^[\p{L}_$][\p{L}\p{N}_$]*/u;
const NUMBER =
  /^(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*(?:\.\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)\w*/;
const REGEXP = /^\/(?:[^\\/[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[a-z]*/;
const INTRODUCERS = new Set(
  "class interface struct enum trait function func fun fn type record object protocol mod".split(
    " ",
  ),
);
const LITERALS = "true false null nil None undefined NaN this self super Self";

const wordSet = (words = "") => new Set(words.split(" "));

/** A mode for a language with braces, C-style comments and C-like literals. */
export function braces(dialect: Dialect): Mode {
  const keywords = wordSet(dialect.keywords);
  const types = wordSet(dialect.types);
  const atoms = wordSet(`${LITERALS} ${dialect.atoms ?? ""}`);

  function word(stream: LineStream, state: State): string | null {
    const start = stream.pos;
    stream.match(WORD);
    const text = stream.string.slice(start, stream.pos);
    const introduced = state.afterIntroducer;
    const member = /\.\s*$/.test(stream.string.slice(Math.max(0, start - 3), start));
    state.afterIntroducer = false;
    state.afterValue = true;
    if (member) return "property";
    if (atoms.has(text)) return "atom";
    if (types.has(text)) return "type";
    if (keywords.has(text)) {
      state.afterValue = false;
      state.afterIntroducer = INTRODUCERS.has(text);
      return "keyword";
    }
    if (introduced) return "def";
    return /^\p{Lu}.*\p{Ll}/u.test(text) ? "type" : null;
  }

  function string(stream: LineStream, state: State): string {
    const quote = state.quote ?? '"';
    const raw = quote === "`" && dialect.backtick === "raw";
    while (!stream.eol()) {
      if (stream.match(quote)) {
        state.quote = null;
        return dialect.keys && stream.match(/^\s*:/, false) ? "property" : "string";
      }
      if (quote === "`" && dialect.backtick === "template" && stream.match("${")) {
        state.templates.push(0);
        state.quote = null;
        state.afterValue = false;
        return "string";
      }
      if (stream.next() === "\\" && !raw) stream.next();
    }
    // Only these go on in the next line.
    if (quote !== "`" && quote !== '"""' && !stream.string.endsWith("\\")) state.quote = null;
    return "string";
  }

  function comment(stream: LineStream, state: State): string {
    while (state.comment > 0 && !stream.eol()) {
      if (stream.match("*/")) state.comment--;
      else if (dialect.nestedComments && stream.match("/*")) state.comment++;
      else stream.next();
    }
    return "comment";
  }

  function openQuote(stream: LineStream): string | null {
    if (dialect.tripleQuotes && stream.match('"""')) return '"""';
    if (stream.match('"')) return '"';
    if (dialect.backtick && stream.match("`")) return "`";
    if (!dialect.lifetimes && stream.match("'")) return "'";
    return null;
  }

  /** Braces within `${…}` are counted: the one that closes it leads back into the template. */
  function brace(char: string | undefined, state: State): boolean {
    const depth = state.templates.at(-1);
    if (depth === undefined || (char !== "{" && char !== "}")) return false;
    if (char === "}" && depth === 0) {
      state.templates.pop();
      state.quote = "`";
      return true;
    }
    state.templates[state.templates.length - 1] = depth + (char === "{" ? 1 : -1);
    return false;
  }

  return {
    startState: (): State => ({
      comment: 0,
      quote: null,
      templates: [],
      afterValue: false,
      afterIntroducer: false,
    }),
    token(stream: LineStream, state: State): string | null {
      if (state.comment > 0) return comment(stream, state);
      if (state.quote !== null) return string(stream, state);
      if (stream.eatSpace()) return null;
      if (stream.match("//")) {
        stream.skipToEnd();
        return "comment";
      }
      if (stream.match("/*")) {
        state.comment = 1;
        return comment(stream, state);
      }
      if (stream.match(/^(?:#!?\[[^\]]*\]?|#\s*[a-z]+|@[\w.]+)/)) return "meta";
      if (dialect.lifetimes && stream.match(/^'(?:\\[^']+|[^'\\])'/u)) return "string";
      if (dialect.lifetimes && stream.match(/^'\w+/)) return "type";
      const afterValue = state.afterValue;
      state.quote = openQuote(stream);
      if (state.quote !== null) {
        state.afterValue = true;
        return string(stream, state);
      }
      if (dialect.regexps && !afterValue && stream.match(REGEXP)) {
        state.afterValue = true;
        return "string";
      }
      if (stream.match(NUMBER)) {
        state.afterValue = true;
        return "number";
      }
      if (stream.match(WORD, false)) return word(stream, state);
      const char = stream.next();
      state.afterValue = char === ")" || char === "]" || char === "}";
      return brace(char, state) ? "string" : null;
    },
  };
}
