/** The inline content of a block, written anew as Markdown that every parser reads alike. Pure. */
import type { StreamDocument } from "../../src/markdown/document";
import { visible } from "../../src/markdown/invisible";
import { disguisedHost, isSafeDestination } from "../../src/markdown/link-policy";
import { parseSpans, type Span } from "../../src/markdown/spans";

// TeX that makes links, loads or styles, or that some parser reads as the end of the math
const HARMFUL_TEX =
  /\\(?:href|url|includegraphics|require|class|cssId|style|bbox|mmlToken|data|html|unicode)|[$`]|\]\(|!\[|@@|(?<!\\)%/;
const MARKS = /[`\\$[\]]|<(?=[a-z/!?])|&(?=[#a-z])|@(?=@)|!$|(?<=\b(?:ftps?|xmpp)):/gi;
const EMPHASIS = /[*~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
const BLOCK_MARK = /^(?:[-+=>|:]|#(?=#*(?:\s|$)))/;
const ADDRESS = /^https?:\/\/[\w./?=%#+:-]*\w$/;
const KEPT = /[^\w\-.~:/?#@!*+,;=%&]/gu;
const SIGNS = { emphasis: "*", strong: "**", strike: "~~" } as const;

export class Inline {
  /** The notes that were referred to, in their order. */
  readonly marks = new Set<string>();

  constructor(private readonly document: StreamDocument) {}

  lines(source: string): string[] {
    const text = this.#written(source.trim(), false).split("\n");
    return text.map((line) => begun(line.trimStart())).filter((line) => line.trim() !== "");
  }

  /** The same where there is but one line, as in a heading or a table's cell. */
  line(source: string, isCell = false): string {
    return this.#written(source.trim(), isCell)
      .split("\n")
      .map((line) => line.trim())
      .join(" ");
  }

  /** What stands in the text for a reference to the note. */
  mark(key: string): string {
    return escaped(`[${key.trim().toLowerCase()}]`);
  }

  #written(source: string, isCell: boolean): string {
    const spans = parseSpans(this.document.inline, source, true, []);
    const text = spans.map((span) => this.#span(span, false)).join("");
    // in code too: the bar that parts cells is looked for first
    return isCell ? text.replaceAll("|", "\\|") : text;
  }

  #span(span: Span, inLink: boolean): string {
    const all = (children: readonly Span[], within = inLink) =>
      children.map((child) => this.#span(child, within)).join("");
    switch (span.kind) {
      case "text":
      case "html":
        return escaped(span.text);
      case "break":
        return "  \n";
      case "code":
        return code(span.text);
      case "footnote":
        this.marks.add(span.text);
        return this.mark(span.text);
      case "math": {
        const { tex, display, source } = span.math;
        const sign = display ? "$$" : "$";
        const line = apart(tex).replace(/\s+/g, " ").trim();
        return isHarmful(tex) ? codeTag(source) : sign + line + sign;
      }
      case "image": {
        const alt = span.alt || "image";
        return inLink ? escaped(alt) : link(span, escaped(alt), alt);
      }
      case "link":
        return inLink ? all(span.children) : link(span, all(span.children, true), textOf(span));
      default:
        return SIGNS[span.kind] + all(span.children) + SIGNS[span.kind];
    }
  }
}

/** The lines of a block of TeX, or what they are as text. */
export function mathOrCode(source: string): string[] {
  const tex = /^(?:\$\$|\\\[)([\s\S]*?)(?:\$\$|\\\])[ \t]*$/.exec(source)?.[1]?.trim();
  return tex && !isHarmful(tex) ? ["$$", ...apart(tex).split("\n"), "$$"] : preformatted(source);
}

/** Code in one line, which no parser takes for the end of an item or a quote. */
export function preformatted(text: string): string[] {
  return [`<pre>${codeTag(text).replaceAll("\n", "&#10;")}</pre>`];
}

function isHarmful(tex: string): boolean {
  return HARMFUL_TEX.test(tex) || visible(tex) !== tex;
}

/** TeX takes no notice of a space, but what looks like a tag is one to a parser. */
const apart = (tex: string) => tex.replace(/<(?=[a-z/!?])/gi, "< ");

function escaped(text: string): string {
  return visible(text).replace(MARKS, entity).replace(EMPHASIS, "\\$&");
}

/** A line that begins no block. */
function begun(line: string): string {
  return line
    .replace(BLOCK_MARK, entity)
    .replace(/^(\d{1,9})([.)])/, (_, number, sign) => number + entity(sign));
}

function link(
  { destination, title }: Span & { kind: "link" | "image" },
  label: string,
  text: string,
) {
  if (!isSafeDestination(destination)) return label;
  if (text === destination && ADDRESS.test(text)) return text;
  const address = destination.toWellFormed().replace(KEPT, percent).replaceAll("&", "&amp;");
  const named = title.trim() ? ` "${everyMark(visible(title).replace(/\s+/g, " "))}"` : "";
  const host = disguisedHost(text, destination);
  return `[${label}](${address}${named})${host ? ` (${host})` : ""}`;
}

function code(text: string): string {
  const source = visible(text).replaceAll("\n", " ");
  if (/[$\\]|``|@@/.test(source)) return codeTag(source);
  const mark = source.includes("`") ? "``" : "`";
  const space = /^[` ]|[` ]$/.test(source) ? " " : "";
  return mark + space + source + space + mark;
}

const codeTag = (text: string) => `<code>${everyMark(visible(text))}</code>`;

const everyMark = (text: string) => text.replace(/[!-+\--/:<-@[-`{-~]/g, entity);

const entity = (char: string) => `&#${char.charCodeAt(0)};`;

const percent = (char: string) =>
  encodeURIComponent(char).replace(/['()]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);

function textOf(span: Span): string {
  if ("children" in span) return span.children.map(textOf).join("");
  if ("alt" in span) return span.alt;
  return "text" in span ? span.text : " ";
}
