import { type Block, firstChildOf, nextOf } from "./block.js";
import { createBlockView } from "./block-views.js";
import type { BlockView, Drawing } from "./drawing.js";

/**
 * Where the view of the child at an index goes, whose source begins at a line, and what to drop
 * when there are fewer.
 */
export interface Placing {
  place(element: HTMLElement, index: number, line: number): void;
  trim(count: number): void;
}

/**
 * The children of a container: settled ones are drawn once and forgotten, the open ones at the end
 * are followed. Nothing before the first open child is looked at again.
 */
export class Children {
  private live: BlockView[] = [];
  private lastSettled: Block | null = null;
  private settledCount = 0;
  private settledLoose = false;
  /** A blank line between two children, or in an item among them. */
  loose = false;

  constructor(
    private readonly drawing: Drawing,
    private readonly placing: Placing,
  ) {}

  /** How many children stand in their place. */
  private get count(): number {
    return this.settledCount + this.live.filter((view) => !view.elsewhere).length;
  }

  sync(parent: Block): void {
    let open = 0;
    let loose = false;
    let before = this.lastSettled;
    let child = before ? nextOf(before) : firstChildOf(parent);
    for (; child; before = child, child = nextOf(child)) {
      if (before && isGap(before, child)) {
        loose = true;
        if (child.sourcepos[0][0] <= this.drawing.source.completeLines) this.settledLoose = true;
      }
      if (child.hidden) {
        if (child.settled && open === 0) this.settle(child);
        continue;
      }
      const view = this.viewAt(open, child);
      view.update(child);
      if (view.loose) loose = true;
      if (child.settled && open === 0) {
        if (view.loose) this.settledLoose = true;
        this.live.shift();
        if (!view.elsewhere) this.settledCount++;
        this.settle(child);
      } else {
        open++;
      }
    }
    while (this.live.length > open) this.live.pop()?.remove();
    this.placing.trim(this.count);
    this.loose = loose || this.settledLoose;
  }

  private viewAt(open: number, child: Block): BlockView {
    const present = this.live[open];
    if (present?.accepts(child)) return present;
    while (this.live.length > open) this.live.pop()?.remove();
    const view = createBlockView(this.drawing, child);
    if (!view.elsewhere) this.placing.place(view.element, this.count, child.sourcepos[0][0]);
    this.live.push(view);
    return view;
  }

  /** The last settled child stays in the tree: its end tells whether a blank line follows. */
  private settle(child: Block): void {
    if (this.lastSettled) this.drawing.drawn.push(this.lastSettled);
    this.lastSettled = child;
  }
}

function isGap(before: Block, child: Block): boolean {
  return !before._open && before.sourcepos[1][0] !== child.sourcepos[0][0] - 1;
}
