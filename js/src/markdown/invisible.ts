/**
 * Characters that reorder or hide text are shown by their code point. Joiners and variation
 * selectors stay where writing needs them (emoji, Persian, Indic scripts).
 */
const SUSPECT =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: selectors are sought on their own
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is sought
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
const PIECES = new RegExp(
  [
    // A flag of a region is a black flag, three to six tag letters and the end tag.
    "\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{3,6}\\u{e007f}",
    // A joiner between letters or emoji, and one variation selector after a visible character.
    "(?<=[\\p{L}\\p{M}\\p{Extended_Pictographic}\\u{1f3fb}-\\u{1f3ff}\\ufe0f])[\\u200c\\u200d](?=[\\p{L}\\p{M}\\p{Extended_Pictographic}])",
    "(?<=[\\p{Extended_Pictographic}\\p{N}\\p{L}\\p{S}\\p{P}])[\\ufe00-\\ufe0f]",
    `(${SUSPECT.source})`,
  ].join("|"),
  "gu",
);

export function hasInvisible(text: string): boolean {
  return SUSPECT.test(text);
}

/** The text with each of them as `U+202E`, for where no element can stand. */
export function visible(text: string): string {
  if (!hasInvisible(text)) return text;
  return text.replace(PIECES, (piece, char?: string) => (char === undefined ? piece : name(char)));
}

/** Appends `text` to `parent` as text, invisible characters as marked elements that name them. */
export function appendText(document: Document, parent: Node, text: string): void {
  if (!hasInvisible(text)) {
    appendPlain(document, parent, text);
    return;
  }
  let from = 0;
  for (const match of text.matchAll(PIECES)) {
    const char = match[1];
    if (char === undefined) continue;
    appendPlain(document, parent, text.slice(from, match.index));
    parent.appendChild(invisibleMark(document, char));
    from = match.index + char.length;
  }
  appendPlain(document, parent, text.slice(from));
}

function appendPlain(document: Document, parent: Node, text: string): void {
  if (text === "") return;
  const last = parent.lastChild;
  if (last?.nodeType === 3) (last as Text).appendData(text);
  else parent.appendChild(document.createTextNode(text));
}

function invisibleMark(document: Document, char: string): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "nbstream-invisible";
  mark.textContent = name(char);
  mark.title = `Invisible character ${name(char)}`;
  return mark;
}

function name(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
