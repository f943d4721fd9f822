import { simpleMode } from "@codemirror/legacy-modes/mode/simple-mode";

const KEYWORDS =
  "add all alter and any array as asc begin between by cascade case cast check collate column " +
  "commit constraint create cross current database default delete desc describe distinct drop " +
  "else end escape except exists explain extract fetch filter first following for foreign from " +
  "full function grant group having if ignore ilike in index inner insert intersect interval " +
  "into is join key last lateral left like limit merge natural no not nulls of offset on or " +
  "order outer over partition pivot preceding primary procedure qualify range recursive " +
  "references rename replace returning revoke right rollback row rows schema select set similar " +
  "some table temp temporary then to top transaction trigger truncate unbounded union unique " +
  "unnest unpivot update use using values view when where window with without";
const TYPES =
  "bigint binary bit blob bool boolean bytea char character date datetime decimal double enum " +
  "float int integer json jsonb money numeric real serial smallint text time timestamp " +
  "timestamptz tinyint uuid varchar";

const word = (words: string) => new RegExp(`(?:${words.replaceAll(" ", "|")})\\b`, "i");

/** SQL of the common dialects; the library's mode is ten times the size for rarer words. */
export const sql = simpleMode({
  start: [
    { regex: /--.*|#.*/, token: "comment" },
    { regex: /\/\*/, token: "comment", next: "comment" },
    { regex: /'(?:[^'\\]|\\.|'')*'?/, token: "string" },
    { regex: /"(?:[^"]|"")*"?|`[^`]*`?/, token: "property" },
    { regex: /\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/i, token: "number" },
    { regex: /(?:true|false|null)\b/i, token: "atom" },
    { regex: word(KEYWORDS), token: "keyword" },
    { regex: word(TYPES), token: "type" },
    { regex: /[a-z_][\w$]*(?=\s*\()/i, token: "builtin" },
    { regex: /[:@$][a-z_]\w*/i, token: "variable-2" },
    { regex: /[\p{L}_][\p{L}\p{N}_$]*/u, token: "variable" },
  ],
  comment: [
    { regex: /.*?\*\//, token: "comment", next: "start" },
    { regex: /.*/, token: "comment" },
  ],
  languageData: { name: "sql" },
});
