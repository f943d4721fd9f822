/** What Generate asks: the selected text, else the Markdown cell. */
import type { INotebookTracker } from "@jupyterlab/notebook";
import { activePlace, type Place, placeOf } from "./place";

export interface Question {
  readonly text: string;
  /** Whether it is from the cell's source, and not from what is drawn. */
  readonly isSource: boolean;
  /** The cell that it is in. */
  readonly place: Place;
}

/** Remembers what is selected in outputs and rendered text, which the palette takes the focus of. */
export class Selection {
  #node: Node | null = null;
  #text = "";

  constructor(document: Document) {
    document.addEventListener("selectionchange", () => {
      const selection = document.getSelection();
      const node = selection?.anchorNode ?? null;
      const holder = node instanceof Element ? node : node?.parentElement;
      if (!holder?.closest(".jp-Notebook")) return;
      const edited = holder.closest(".cm-editor") !== null;
      this.#node = node;
      this.#text = edited ? "" : (selection?.toString() ?? "");
    });
  }

  question(tracker: INotebookTracker): Question | null {
    const place = this.#node && this.#text.trim() ? placeOf(tracker, this.#node) : null;
    return place && place.panel === tracker.currentWidget
      ? { text: this.#text, isSource: false, place }
      : null;
  }
}

export function question(tracker: INotebookTracker, selection: Selection): Question | null {
  const selected = selection.question(tracker);
  if (selected) return selected;
  const place = activePlace(tracker);
  const text = place ? (selectedIn(place.cell) ?? "") : "";
  return place && text.trim() ? { text, isSource: true, place } : null;
}

function selectedIn({ editor, model }: Place["cell"]): string | null {
  const source = model.sharedModel.getSource();
  if (editor) {
    const { start, end } = editor.getSelection();
    const [from, to] = [editor.getOffsetAt(start), editor.getOffsetAt(end)].sort((a, b) => a - b);
    const text = source.slice(from, to);
    if (text.trim()) return text;
  }
  return model.type === "code" ? null : source;
}
