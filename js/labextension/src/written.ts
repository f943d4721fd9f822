/**
 * An answer written anew as Markdown that shows what the view draws of it: from what our own parser
 * makes of the text, so that nothing stands there but what was drawn. Images are links, HTML is text,
 * and links lead where the view's may. Pure.
 */
import { type Block, firstChildOf, nextOf } from "../../src/markdown/block";
import { StreamDocument } from "../../src/markdown/document";
import { visible } from "../../src/markdown/invisible";
import { infoString } from "../../src/markdown/machine";
import { splitRow } from "../../src/markdown/table";
import { Inline, mathOrCode, preformatted } from "./written-inline";

export interface Code {
  readonly source: string;
  /** The first word after the fence, or "". */
  readonly language: string;
}

const TASK = /^[ \t]*\[([ xX])\][ \t\n]+(?=\S)/;
// what nbconvert and GitHub make pictures and maps of
const DRAWN = /^(mermaid|geojson|topojson|stl)/i;

/** Its blocks in their order: the fenced code that is in no list or quote, and Markdown. */
export function blocksOf(answer: string): (string | Code)[] {
  const document = new StreamDocument(true);
  document.lines.append(answer);
  document.end();
  const writer = new Writer(document);
  const parts: (string | Code)[] = [];
  for (let block = firstChildOf(document.root); block; block = nextOf(block)) {
    const isCode = block.type === "code_block" && block._isFenced;
    const part = isCode ? codeOf(block) : writer.block(block).join("\n");
    if (part !== "") parts.push(part);
  }
  return [...parts, ...writer.notes()];
}

/** The code as a block that nothing in it closes. */
export function fenced({ source, language }: Code): string {
  const code = visible(source.trimEnd()).split("\n");
  const runs = source.match(/`{3,}/g) ?? [];
  const marks = "`".repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  const named = /^[\w+#.-]*$/.test(language) && !DRAWN.test(language) ? language : "text";
  return [marks + named, ...code, marks].join("\n");
}

class Writer {
  readonly #inline: Inline;
  readonly #notes = new Map<string, Block>();

  constructor(document: StreamDocument) {
    this.#inline = new Inline(document);
  }

  /** The block's lines; of a definition, and of a note, none. */
  block(block: Block): string[] {
    switch (block.type) {
      case "heading":
        return [`${"#".repeat(block.level)} ${this.#inline.line(block._string_content ?? "")}`];
      case "thematic_break":
        return ["---"];
      case "block_quote":
        return this.#children(block).map((line) => `> ${line}`.trimEnd());
      case "list":
        return this.#list(block);
      case "table":
        return this.#table(block);
      case "math":
        return mathOrCode((block.lines ?? []).join("\n"));
      case "code_block":
        return written(block, codeOf(block));
      case "html_block":
        return written(block, { ...codeOf(block), language: "html" });
      case "footnote":
        if (!block.hidden && block.footnote) this.#notes.set(block.footnote, block);
        return [];
      default:
        return this.#paragraph(block);
    }
  }

  /** The notes that the text refers to, each under its mark. */
  notes(): string[] {
    const written = new Map<string, string>();
    // a note may refer to another
    for (const key of this.#inline.marks) {
      const note = this.#notes.get(key);
      if (!note || written.has(key)) continue;
      const [first = "", ...more] = this.#children(note);
      written.set(key, [`${this.#inline.mark(key)}: ${first}`, ...more].join("\n"));
    }
    return [...written.values()];
  }

  #paragraph(block: Block): string[] {
    if (block.hidden) return [];
    const content = block._string_content ?? "";
    const isFirst = block._parent?.type === "item" && firstChildOf(block._parent) === block;
    const task = isFirst ? TASK.exec(content.slice(0, 200)) : null;
    const lines = this.#inline.lines(content.slice(task?.[0].length ?? 0));
    return task ? [`[${task[1]}] ${lines[0]}`, ...lines.slice(1)] : lines;
  }

  #children(block: Block): string[] {
    const lines: string[] = [];
    for (let child = firstChildOf(block); child; child = nextOf(child)) {
      const more = this.block(child);
      const isClose = block.type === "item" && child.type === "list";
      if (lines.length > 0 && more.length > 0 && !isClose) lines.push("");
      lines.push(...more);
    }
    return lines;
  }

  #list(list: Block): string[] {
    const items: string[][] = [];
    let number = list._listData.type === "ordered" ? (list._listData.start ?? 1) : null;
    for (let item = firstChildOf(list); item; item = nextOf(item)) {
      const mark = number === null ? "- " : `${number++}. `;
      const [first = "", ...more] = this.#children(item);
      const indented = more.map((line) => (line ? " ".repeat(mark.length) + line : ""));
      items.push([(mark + first).trimEnd(), ...indented]);
    }
    const isLoose = items.some((lines) => lines.includes(""));
    return items.flatMap((lines, at) => (isLoose && at > 0 ? ["", ...lines] : lines));
  }

  #table({ table, lines = [] }: Block): string[] {
    const { head, align } = table ?? { head: [], align: [] };
    const row = (cells: readonly string[]) =>
      `| ${align.map((_, at) => this.#inline.line(cells[at] ?? "", true)).join(" | ")} |`;
    const dashes = align.map((side) => {
      const left = side === "left" || side === "center" ? ":" : "";
      return `${left}---${side === "right" || side === "center" ? ":" : ""}`;
    });
    return [row(head), `| ${dashes.join(" | ")} |`, ...lines.map((line) => row(splitRow(line)))];
  }
}

function codeOf(block: Block): Code {
  const lines = block.lines ?? [];
  const info = block._isFenced ? infoString(lines[0] ?? "") : "";
  const code = block._isFenced ? lines.slice(1) : lines;
  const language = /^\S+/.exec(info)?.[0] ?? "";
  return { source: code.join("\n").trimEnd(), language };
}

/** Code in a list or a quote is a fence only if no parser sees math or another fence in it. */
function written(block: Block, code: Code): string[] {
  const isNested = block._parent?.type !== "document";
  return isNested && /[$\\]|@@|```|~~~/.test(code.source)
    ? preformatted(code.source)
    : fenced(code).split("\n");
}
