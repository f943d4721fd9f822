import type { Alignment, Block } from "./block.js";
import { type BlockView, createElement, type Drawing } from "./drawing.js";
import { FoldRun } from "./folding.js";
import { splitRow } from "./table.js";
import { TextView } from "./text-view.js";

/** A longer table goes on in further tables of fixed layout: one table is laid out as a whole. */
const TABLE_ROWS = 100;
const NARROWEST = 4;
const WIDEST = 60;

export class TableView implements BlockView {
  readonly element: HTMLElement;
  private readonly tables: HTMLTableElement[] = [];
  private readonly align: Alignment[];
  /** The longest text of each column among the first rows, in characters. */
  private readonly widths: number[];
  private body: HTMLElement | null = null;
  private rowCount = 0;
  private openRow: RowView | null = null;
  private readonly parts: FoldRun;

  constructor(
    private readonly drawing: Drawing,
    private readonly block: Block,
  ) {
    this.element = createElement(drawing.document, "div", "nbstream-table");
    this.parts = new FoldRun(drawing.folding);
    this.element.tabIndex = 0;
    const shape = block.table ?? { head: [], align: [] };
    this.align = shape.align;
    this.widths = shape.head.map((cell) => cell.length);
    const head = createElement(drawing.document, "thead");
    const row = new RowView(drawing, "th", this.align);
    row.draw(shape.head, true);
    head.appendChild(row.element);
    this.openTable().appendChild(head);
  }

  accepts(block: Block): boolean {
    return block === this.block;
  }

  update(block: Block): void {
    const lines = block.lines ?? [];
    for (; this.rowCount < lines.length; this.rowCount++) {
      this.rowAt(this.rowCount).draw(this.measure(lines[this.rowCount] ?? ""), true);
      this.openRow = null;
    }
    if (block.partial != null) this.rowAt(this.rowCount).draw(splitRow(block.partial), false);
    else this.dropOpenRow();
    if (block.settled) delete block.lines;
  }

  remove(): void {
    this.element.remove();
  }

  private measure(row: string): string[] {
    const cells = splitRow(row);
    if (this.rowCount < TABLE_ROWS) {
      this.widths.forEach((width, i) => {
        this.widths[i] = Math.max(width, cells[i]?.length ?? 0);
      });
    }
    return cells;
  }

  private rowAt(index: number): RowView {
    if (this.openRow) return this.openRow;
    if (index > 0 && index % TABLE_ROWS === 0) {
      if (index === TABLE_ROWS) this.fixLayout(this.tables[0]);
      const table = this.openTable();
      this.fixLayout(table);
      // the line after those of head and dashes
      const line = this.block.sourcepos[0][0] + 2 + index;
      this.parts.begin(table.parentElement as HTMLElement, line);
      this.body = null;
    }
    if (!this.body) {
      this.body = createElement(this.drawing.document, "tbody");
      this.tables.at(-1)?.appendChild(this.body);
    }
    this.openRow = new RowView(this.drawing, "td", this.align);
    this.body.appendChild(this.openRow.element);
    return this.openRow;
  }

  private dropOpenRow(): void {
    this.openRow?.element.remove();
    this.openRow = null;
    if (!this.body || this.body.hasChildNodes()) return;
    this.body.remove();
    this.body = null;
    if (this.tables.length === 1) return;
    this.tables.pop()?.parentElement?.remove();
    this.body = this.tables.at(-1)?.querySelector("tbody") ?? null;
    if (this.tables.length === 1) this.freeLayout(this.tables[0]);
  }

  private openTable(): HTMLTableElement {
    const table = createElement(this.drawing.document, "table");
    // A table itself cannot be skipped by layout, what it stands in can.
    const host =
      this.tables.length === 0
        ? this.element
        : this.element.appendChild(createElement(this.drawing.document, "div", "nbstream-rows"));
    this.tables.push(table);
    host.appendChild(table);
    return table;
  }

  private freeLayout(table: HTMLTableElement | undefined): void {
    table?.querySelector("colgroup")?.remove();
    table?.removeAttribute("class");
  }

  private fixLayout(table: HTMLTableElement | undefined): void {
    if (!table) return;
    const columns = createElement(this.drawing.document, "colgroup");
    const shares = this.widths.map((width) => Math.min(WIDEST, Math.max(NARROWEST, width)));
    const total = shares.reduce((sum, share) => sum + share, 0);
    for (const share of shares) {
      const column = createElement(this.drawing.document, "col");
      column.style.width = `${((100 * share) / total).toFixed(2)}%`;
      columns.appendChild(column);
    }
    table.classList.add("nbstream-fixed");
    table.prepend(columns);
  }
}

class RowView {
  readonly element: HTMLElement;
  private readonly cells: TextView[];

  constructor(drawing: Drawing, tag: "th" | "td", align: readonly Alignment[]) {
    this.element = createElement(drawing.document, "tr");
    this.cells = align.map((side) => {
      const cell = createElement(drawing.document, tag, side ? `nbstream-${side}` : "");
      if (tag === "th") cell.setAttribute("scope", "col");
      this.element.appendChild(cell);
      return new TextView(drawing, cell);
    });
  }

  /** Cells too many are dropped, missing ones are empty. */
  draw(cells: readonly string[], settled: boolean): void {
    this.cells.forEach((view, i) => {
      const source = cells[i] ?? "";
      if (settled) view.settle(source);
      else if (source !== "" || i < cells.length) view.preview(openCell(source));
    });
  }
}

function openCell(source: string) {
  return { length: source.length, text: () => source, lines: [], partial: source };
}
