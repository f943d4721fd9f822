import { type Block, firstChildOf } from "./block.js";
import { Children } from "./children.js";
import { type BlockView, createElement, type Drawing } from "./drawing.js";
import { FoldRun } from "./folding.js";
import { Segments } from "./segments.js";

/** A block quote, or the document itself. */
export class ContainerView implements BlockView {
  private readonly children: Children;

  constructor(
    drawing: Drawing,
    readonly element: HTMLElement,
    private readonly type: string,
  ) {
    this.children = new Children(drawing, new Segments(element, drawing.folding));
  }

  accepts(block: Block): boolean {
    return block.type === this.type;
  }

  update(block: Block): void {
    this.children.sync(block);
  }

  remove(): void {
    this.element.remove();
  }
}

/** A footnote's text, which is shown under the whole text. */
export class FootnoteView implements BlockView {
  readonly element: HTMLElement;
  readonly elsewhere = true;
  private readonly key: string;
  private readonly children: Children;

  constructor(
    private readonly drawing: Drawing,
    block: Block,
  ) {
    this.key = block.footnote ?? "";
    const { item, content } = drawing.footnotes.createItem(this.key);
    this.element = item;
    this.children = new Children(drawing, new Segments(content, drawing.folding));
  }

  accepts(block: Block): boolean {
    return block.footnote === this.key;
  }

  update(block: Block): void {
    this.children.sync(block);
  }

  remove(): void {
    this.drawing.footnotes.dropItem(this.key, this.element);
  }
}

export class ItemView implements BlockView {
  readonly element: HTMLElement;
  private readonly children: Children;

  constructor(drawing: Drawing) {
    this.element = createElement(drawing.document, "li");
    this.children = new Children(drawing, new Segments(this.element, drawing.folding));
  }

  get loose(): boolean {
    return this.children.loose;
  }

  accepts(block: Block): boolean {
    return block.type === "item";
  }

  update(block: Block): void {
    this.children.sync(block);
  }

  remove(): void {
    this.element.remove();
  }
}

/** Items in one list element; a longer list goes on in the next element. */
const LIST_ITEMS = 64;

/**
 * A list. Whether it is tight is a class, so that one blank line far down changes no item; items
 * always hold paragraphs.
 */
export class ListView implements BlockView {
  private readonly lists: HTMLElement[] = [];
  private readonly children: Children;
  private readonly start: number | null;
  private readonly parts: FoldRun;

  constructor(
    private readonly drawing: Drawing,
    block: Block,
  ) {
    this.start = startOf(block);
    this.parts = new FoldRun(drawing.folding);
    this.open();
    this.children = new Children(drawing, {
      place: (element, index, line) => {
        const at = Math.floor(index / LIST_ITEMS);
        while (this.lists.length <= at) this.parts.begin(this.open(), line);
        this.lists[at]?.appendChild(element);
      },
      trim: (count) => {
        const needed = Math.max(1, Math.ceil(count / LIST_ITEMS));
        while (this.lists.length > needed) {
          this.lists.pop()?.remove();
          this.lists.at(-1)?.classList.remove("nbstream-continues");
        }
      },
    });
  }

  get element(): HTMLElement {
    return this.lists[0] as HTMLElement;
  }

  accepts(block: Block): boolean {
    return block.type === "list" && startOf(block) === this.start;
  }

  update(block: Block): void {
    const { loose } = this.children;
    this.children.sync(block);
    if (this.children.loose === loose) return;
    for (const list of this.lists) this.markLooseness(list);
  }

  remove(): void {
    for (const list of this.lists) list.remove();
  }

  private open(): HTMLElement {
    const list = createElement(this.drawing.document, this.start === null ? "ul" : "ol");
    const first = (this.start ?? 1) + this.lists.length * LIST_ITEMS;
    if (this.start !== null && first !== 1) list.setAttribute("start", String(first));
    if (this.lists.length > 0) {
      list.className = "nbstream-continued";
      const before = this.lists.at(-1);
      before?.classList.add("nbstream-continues");
      before?.after(list);
    }
    this.lists.push(list);
    this.markLooseness(list);
    return list;
  }

  private markLooseness(list: HTMLElement): void {
    list.classList.toggle("nbstream-tight", !(this.children?.loose ?? false));
  }
}

function startOf(block: Block): number | null {
  return block._listData.type === "ordered" ? (block._listData.start ?? 1) : null;
}

export function isFirstInItem(block: Block): boolean {
  return block._parent?.type === "item" && firstChildOf(block._parent) === block;
}
