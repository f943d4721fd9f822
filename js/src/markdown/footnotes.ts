import { createElement } from "./drawing.js";

/** More marks are never in an unfinished line, or they wait for the end to be numbered again. */
const RECENT_MARKS = 16;

/** The notes under a text: those that are referred to, in the order of their first references. */
export class Footnotes {
  private readonly section: HTMLElement;
  private readonly list: HTMLElement;
  private readonly items = new Map<string, HTMLElement>();
  private marks: { key: string; mark: HTMLElement }[] = [];
  private numbers = new Map<string, number>();
  private changed = false;

  constructor(private readonly root: HTMLElement) {
    const document = root.ownerDocument;
    this.section = createElement(document, "section", "nbstream-footnotes");
    this.list = this.section.appendChild(createElement(document, "ol"));
    // a section with a name would be a landmark, the same one in each answer of the page
    this.list.setAttribute("aria-label", "Footnotes");
  }

  /** The raised number that leads to the note `key`. */
  createMark(key: string): HTMLElement {
    const document = this.root.ownerDocument;
    const mark = createElement(document, "sup", "nbstream-footnote-mark");
    const button = mark.appendChild(createElement(document, "button"));
    button.type = "button";
    button.addEventListener("click", () => reveal(this.items.get(key)));
    this.marks.push({ key, mark });
    const number = this.numbers.get(key);
    if (number === undefined) this.changed = true;
    else label(mark, number);
    return mark;
  }

  /** The place for what the note `key` says, with a way back to its first reference. */
  createItem(key: string): { item: HTMLElement; content: HTMLElement } {
    const document = this.root.ownerDocument;
    const item = createElement(document, "li", "nbstream-footnote");
    item.tabIndex = -1;
    const content = item.appendChild(createElement(document, "div"));
    const back = item.appendChild(createElement(document, "button", "nbstream-footnote-back"));
    back.type = "button";
    back.textContent = "↩";
    back.setAttribute("aria-label", "Back to the text");
    back.addEventListener("click", () => {
      const first = this.marks.find((each) => each.key === key && this.root.contains(each.mark));
      reveal(first?.mark.querySelector("button") ?? undefined);
    });
    this.items.set(key, item);
    this.changed = true;
    return { item, content };
  }

  dropItem(key: string, item: HTMLElement): void {
    item.remove();
    if (this.items.get(key) === item) this.items.delete(key);
    this.changed = true;
  }

  /** Puts numbers and notes right, if there is a new note (or `anyway`), and the notes last. */
  arrange(anyway = false): void {
    if (this.items.size === 0 && this.numbers.size === 0) return;
    this.forgetLost();
    if (this.changed || anyway) {
      this.changed = false;
      let before = -1;
      // A note may be referred to in a note that is only shown now.
      while (before !== this.numbers.size) {
        before = this.numbers.size;
        this.number();
      }
    }
    if (this.numbers.size === 0) this.section.remove();
    else if (this.root.lastChild !== this.section) this.root.appendChild(this.section);
  }

  /** A mark in the unfinished line may be gone: what looked like one was another thing. */
  private forgetLost(): void {
    const recent = this.marks.splice(-RECENT_MARKS);
    const kept = recent.filter(({ mark }) => this.isKept(mark));
    this.marks.push(...kept);
    const still = new Set(kept.map(({ key }) => key));
    if (recent.some(({ key }) => !still.has(key))) this.changed = true;
  }

  /** In the text, or in a note that may yet be shown. */
  private isKept(mark: HTMLElement): boolean {
    return this.root.contains(mark) || mark.closest(".nbstream-footnote") !== null;
  }

  private number(): void {
    this.marks = this.marks.filter(({ mark }) => this.isKept(mark));
    this.marks.sort((a, b) => (a.mark.compareDocumentPosition(b.mark) & 4 ? -1 : 1));
    this.numbers = new Map();
    for (const { key, mark } of this.marks) {
      if (!this.items.has(key) || !this.root.contains(mark)) continue;
      const number = this.numbers.get(key) ?? this.numbers.size + 1;
      this.numbers.set(key, number);
      label(mark, number);
    }
    const items = [...this.numbers.keys()].flatMap((key) => this.items.get(key) ?? []);
    const same =
      items.length === this.list.childElementCount &&
      items.every((item, i) => this.list.children[i] === item);
    if (!same) this.list.replaceChildren(...items);
    if (items.length > 0) this.root.appendChild(this.section);
  }
}

function label(mark: HTMLElement, number: number): void {
  const button = mark.firstElementChild;
  if (!button || button.textContent === String(number)) return;
  button.textContent = String(number);
  button.setAttribute("aria-label", `Footnote ${number}`);
}

function reveal(element: HTMLElement | undefined): void {
  element?.scrollIntoView({ block: "nearest" });
  element?.focus({ preventScroll: true });
}
