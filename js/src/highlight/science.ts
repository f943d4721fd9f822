import { simpleMode } from "@codemirror/legacy-modes/mode/simple-mode";

/** Whole words: `words` separated by spaces. */
const word = (words: string) =>
  new RegExp(`(?:${words.replaceAll(" ", "|")})(?![\\p{L}\\d_!.])`, "u");
const NUMBER = {
  regex: /0x[\da-f]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?(?:L|im)?/i,
  token: "number",
};

export const julia = simpleMode({
  start: [
    { regex: /#=/, token: "comment", next: "comment" },
    { regex: /#.*/, token: "comment" },
    { regex: /[a-z]*"""/, token: "string", next: "string" },
    { regex: /[a-z]*"(?:[^"\\]|\\.)*"?|`[^`]*`?/, token: "string" },
    { regex: /'(?:[^'\\]|\\.[^']*)'/, token: "string" },
    { regex: /@[\p{L}_.]+/u, token: "meta" },
    {
      regex: /(function|macro|struct|module)(\s+)([\p{L}_][\p{L}\d_!.]*)/u,
      token: ["keyword", "", "def"],
    },
    {
      regex: word(
        "abstract baremodule begin break catch const continue do else elseif end export finally " +
          "for function global if import in isa let local macro module mutable primitive public " +
          "quote return struct try type using where while",
      ),
      token: "keyword",
    },
    { regex: word("true false nothing missing NaN Inf pi"), token: "atom" },
    { regex: /:[\p{L}_][\p{L}\d_!]*/u, token: "atom" },
    NUMBER,
    { regex: /\p{Lu}[\p{L}\d_]*/u, token: "type" },
    { regex: /[\p{L}_][\p{L}\d_!]*'*/u, token: null },
  ],
  comment: [
    { regex: /.*?=#/, token: "comment", next: "start" },
    { regex: /.*/, token: "comment" },
  ],
  string: [
    { regex: /(?:[^"\\]|\\.|"(?!""))*"""/, token: "string", next: "start" },
    { regex: /.*/, token: "string" },
  ],
  languageData: { name: "julia" },
});

export const r = simpleMode({
  start: [
    { regex: /#.*/, token: "comment" },
    { regex: /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/, token: "string" },
    { regex: /`[^`]*`?/, token: null },
    { regex: word("if else repeat while function for in next break return"), token: "keyword" },
    {
      regex: word("TRUE FALSE NULL NA NA_integer_ NA_real_ NA_character_ Inf NaN"),
      token: "atom",
    },
    {
      regex: word("library require source c list data.frame print paste sapply lapply"),
      token: "builtin",
    },
    { regex: /%[^%\s]*%|<<?-|->>?|\|>|\\(?=\()/, token: "operator" },
    { regex: /[\p{L}.][\p{L}\d._]*/u, token: null },
    NUMBER,
  ],
  languageData: { name: "r" },
});
