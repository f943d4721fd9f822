import { simpleMode } from "@codemirror/legacy-modes/mode/simple-mode";

const value = [
  { regex: /\/\*/, token: "comment", push: "comment" },
  { regex: /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/, token: "string" },
  { regex: /#[\da-f]{3,8}\b/i, token: "atom" },
  { regex: /[+-]?(?:\d*\.)?\d+(?:e[+-]?\d+)?(?:[a-z]+|%)?/i, token: "number" },
  { regex: /!important\b/, token: "keyword" },
  { regex: /--[\w-]+|[$@][\w-]+/, token: "variable-2" },
  { regex: /[a-z-]+(?=\()/i, token: "builtin" },
];

/** CSS, SCSS and Less by their shape; the library's mode carries the lists of all properties. */
export const css = simpleMode({
  start: [
    { regex: /\/\/.*/, token: "comment" },
    { regex: /@[\w-]+/, token: "keyword" },
    { regex: /\/\*/, token: "comment", push: "comment" },
    // A declaration: the colon is followed by a value, not by a selector and a block.
    {
      regex: /(?:--|\$|@)?[a-z-][\w-]*(?=\s*:(?![\w-]*[^;]*\{))/i,
      token: "property",
      push: "value",
    },
    { regex: /[.#][\w-]+|&/, token: "qualifier" },
    { regex: /::?[\w-]+/, token: "builtin" },
    { regex: /[a-z][\w-]*/i, token: "tag" },
    ...value,
  ],
  value: [
    { regex: /;|(?=\})/, token: null, pop: true },
    ...value,
    { regex: /[a-z-][\w-]*/i, token: "atom" },
  ],
  comment: [
    { regex: /.*?\*\//, token: "comment", pop: true },
    { regex: /.*/, token: "comment" },
  ],
  languageData: { name: "css" },
});
