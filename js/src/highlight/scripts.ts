import { simpleMode } from "@codemirror/legacy-modes/mode/simple-mode";

const word = (words: string, flags = "") =>
  new RegExp(`(?:${words.replaceAll(" ", "|")})\\b`, flags);
const STRINGS = { regex: /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/, token: "string" };
const NUMBER = { regex: /0x[\da-f_]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?/i, token: "number" };
const ATOM = { regex: /(?:true|false|nil|self)\b/, token: "atom" };
const NAME = { regex: /[\p{L}_][\p{L}\p{N}_]*[?!]?/u, token: null };

export const ruby = simpleMode({
  start: [
    { regex: /=begin\b.*/, sol: true, token: "comment", next: "comment" },
    { regex: /#.*/, token: "comment" },
    STRINGS,
    { regex: /`[^`]*`?|%[qQwWiI]?[{([].*?[})\]]/, token: "string" },
    { regex: /:[\p{L}_]\w*[?!]?|\w+:(?!:)/u, token: "atom" },
    { regex: /[@$]@?\w+/, token: "property" },
    { regex: /(def|class|module)(\s+)([\w.]+[?!]?)/, token: ["keyword", "", "def"] },
    ATOM,
    {
      regex: word(
        "alias and begin break case class def defined do else elsif end ensure for if in include " +
          "loop module next not or private protected public raise redo require rescue retry " +
          "return super then undef unless until when while yield attr_accessor attr_reader",
      ),
      token: "keyword",
    },
    NUMBER,
    { regex: /\p{Lu}\w*/u, token: "type" },
    NAME,
  ],
  comment: [
    { regex: /=end\b.*/, sol: true, token: "comment", next: "start" },
    { regex: /.*/, token: "comment" },
  ],
  languageData: { name: "ruby" },
});

export const lua = simpleMode({
  start: [
    { regex: /--\[\[/, token: "comment", next: "comment" },
    { regex: /--.*/, token: "comment" },
    { regex: /\[\[/, token: "string", next: "string" },
    STRINGS,
    { regex: /(function)(\s+)([\w.:]+)/, token: ["keyword", "", "def"] },
    ATOM,
    {
      regex: word(
        "and break do else elseif end for function goto if in local not or repeat return then " +
          "until while",
      ),
      token: "keyword",
    },
    NUMBER,
    NAME,
  ],
  comment: [
    { regex: /.*?\]\]/, token: "comment", next: "start" },
    { regex: /.*/, token: "comment" },
  ],
  string: [
    { regex: /.*?\]\]/, token: "string", next: "start" },
    { regex: /.*/, token: "string" },
  ],
  languageData: { name: "lua" },
});

export const dockerFile = simpleMode({
  start: [
    { regex: /#.*/, token: "comment" },
    {
      regex: word(
        "from run cmd label maintainer expose env add copy entrypoint volume user workdir arg " +
          "onbuild stopsignal healthcheck shell as",
        "i",
      ),
      token: "keyword",
    },
    STRINGS,
    { regex: /\$\{?\w+\}?/, token: "property" },
    { regex: /--[\w-]+/, token: "atom" },
    { regex: /\d+\b/, token: "number" },
    { regex: /[^\s"'#$]+/, token: null },
  ],
  languageData: { name: "dockerfile" },
});

export const shell = simpleMode({
  start: [
    { regex: /#!.*/, sol: true, token: "meta" },
    { regex: /(\s+)(#.*)/, token: ["", "comment"] },
    { regex: /#.*/, sol: true, token: "comment" },
    { regex: /\\./, token: null },
    { regex: /"(?:[^"\\]|\\.)*$/, token: "string", next: "string" },
    { regex: /'[^']*$/, token: "string", next: "raw" },
    STRINGS,
    { regex: /\$(?:\{[^}]*\}?|\w+|[#?$!@*-])/, token: "property" },
    { regex: /(function)(\s+)([\w-]+)/, token: ["keyword", "", "def"] },
    { regex: /-{1,2}[a-zA-Z][\w-]*/, token: "atom" },
    {
      regex: word("if then do else elif while until for in esac fi done case select time"),
      token: "keyword",
    },
    {
      regex: word(
        "alias awk cat cd chmod chown cp curl cut docker echo eval exec exit export find git grep " +
          "head kill local ls make mkdir mv npm pip printf pwd read return rm sed set shift sort " +
          "source ssh sudo tail tar test touch trap unset wget xargs",
      ),
      token: "builtin",
    },
    { regex: /\d+\b/, token: "number" },
    { regex: /[\w./~-]+/, token: null },
  ],
  string: [
    { regex: /(?:[^"\\]|\\.)*"/, token: "string", next: "start" },
    { regex: /.*/, token: "string" },
  ],
  raw: [
    { regex: /[^']*'/, token: "string", next: "start" },
    { regex: /.*/, token: "string" },
  ],
  languageData: { name: "shell" },
});
