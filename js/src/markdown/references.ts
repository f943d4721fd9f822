import type { Reference } from "commonmark";

/** Drawn text that is drawn again when a label it used becomes defined. */
export interface Waiting {
  redraw(): void;
}

/**
 * Link reference definitions, which may come long after their use. The parser reads and writes
 * `table`; a failed look-up is remembered for the text being parsed, so that a definition redraws
 * only the texts that asked for its label.
 */
export class References {
  readonly table: Record<string, Reference>;
  private readonly defined = new Map<string, Reference>();
  private readonly waiting = new Map<string, Set<Waiting>>();
  private readonly resolved = new Set<Waiting>();
  private missed = new Set<string>();

  constructor() {
    this.table = new Proxy<Record<string, Reference>>(Object.create(null), {
      get: (_target, label) => {
        const reference = this.defined.get(String(label));
        if (!reference) this.missed.add(String(label));
        return reference;
      },
      set: (_target, label, reference: Reference) => {
        this.define(String(label), reference);
        return true;
      },
    });
  }

  has(label: string): boolean {
    return this.defined.has(label);
  }

  define(label: string, reference: Reference): void {
    this.defined.set(label, reference);
    for (const text of this.waiting.get(label) ?? []) this.resolved.add(text);
    this.waiting.delete(label);
  }

  /** Labels missed since the last call, while `text` was open, will redraw it once defined. */
  watch(text: Waiting): void {
    for (const label of this.missed) {
      const texts = this.waiting.get(label);
      if (texts) texts.add(text);
      else this.waiting.set(label, new Set([text]));
    }
    this.missed = new Set();
  }

  /** Draws the texts again whose labels were defined since the last call. */
  redrawResolved(): void {
    const texts = [...this.resolved];
    this.resolved.clear();
    for (const text of texts) text.redraw();
  }
}
