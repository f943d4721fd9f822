/** The token kinds that have a colour; a mode's many style names lead to these. */
const KINDS: Record<string, string> = {
  keyword: "keyword",
  controlKeyword: "keyword",
  operatorKeyword: "keyword",
  modifier: "keyword",
  atom: "atom",
  bool: "atom",
  null: "atom",
  self: "atom",
  number: "number",
  unit: "number",
  string: "string",
  "string-2": "string",
  regexp: "string",
  character: "string",
  escape: "string",
  comment: "comment",
  meta: "meta",
  annotation: "meta",
  processingInstruction: "meta",
  builtin: "builtin",
  standard: "builtin",
  def: "definition",
  definition: "definition",
  function: "definition",
  property: "property",
  propertyName: "property",
  attribute: "property",
  attributeName: "property",
  qualifier: "property",
  tag: "tag",
  tagName: "tag",
  type: "type",
  typeName: "type",
  className: "type",
  "variable-2": "property",
  "variable-3": "type",
  namespace: "type",
  error: "error",
  invalid: "error",
  header: "keyword",
  heading: "keyword",
  link: "string",
  url: "string",
  positive: "inserted",
  inserted: "inserted",
  negative: "deleted",
  deleted: "deleted",
};

const known = new Map<string, string>();

/** The CSS class for a mode's style (`"variableName.definition"`, `"string property"`). */
export function classOf(style: string): string {
  let className = known.get(style);
  if (className === undefined) {
    className = "";
    for (const word of style.split(/[\s.]+/).reverse()) {
      const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
      if (kind) {
        className = `nbstream-tok-${kind}`;
        break;
      }
    }
    known.set(style, className);
  }
  return className;
}
