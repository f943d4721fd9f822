import { type Machine, Node } from "commonmark";
import type { Alignment, Block } from "./block.js";

const DELIMITER_ROW = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** The cells of a table row; `\|` is a pipe inside a cell, whatever stands around it. */
export function splitRow(row: string): string[] {
  const text = row.trim();
  const cells: string[] = [];
  let cell = "";
  let start = text.startsWith("|") ? 1 : 0;
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (char === "|") {
      cells.push((cell + text.slice(start, i)).trim());
      cell = "";
      start = i + 1;
    } else if (char === "\\") {
      if (text[i + 1] === "|") {
        cell += text.slice(start, i);
        start = i + 1;
      }
      i++;
    }
  }
  const last = cell + text.slice(start);
  if (last !== "" || cells.length === 0) cells.push(last.trim());
  return cells;
}

function alignment(cell: string): Alignment {
  const left = cell.startsWith(":");
  const right = cell.endsWith(":");
  if (left && right) return "center";
  return left ? "left" : right ? "right" : null;
}

/**
 * Turns the open `paragraph` into a table if the machine's current line is a delimiter row that
 * fits the paragraph's last line. Lines before that one stay a paragraph, which is then closed.
 */
export function startTable(
  machine: Machine,
  paragraph: Block,
  close: (paragraph: Block) => void,
): Block | null {
  if (machine.indented) return null;
  const line = machine.currentLine.slice(machine.nextNonspace);
  // `- | -` is a list item and `---` an underline before either can be a delimiter row.
  if (!DELIMITER_ROW.test(line) || /^-(?:[ \t]|-*[ \t]*$)/.test(line)) return null;
  const source = (paragraph._string_content ?? "").replace(/\n$/, "");
  const headAt = source.lastIndexOf("\n") + 1;
  const head = splitRow(source.slice(headAt));
  const align = splitRow(line).map(alignment);
  if (head.length !== align.length) return null;

  const table: Block = new Node("table", [
    [machine.lineNumber - 1, 1],
    [0, 0],
  ]);
  table.table = { head, align };
  paragraph.insertAfter(table);
  if (headAt > 0) {
    paragraph._string_content = source.slice(0, headAt);
    paragraph._open = false;
    paragraph.sourcepos[1] = [machine.lineNumber - 2, 0];
    close(paragraph);
  } else {
    paragraph.unlink();
  }
  machine.tip = table;
  return table;
}
