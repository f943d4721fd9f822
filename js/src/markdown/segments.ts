import { createElement } from "./drawing.js";
import { type Folding, FoldRun } from "./folding.js";

/** Blocks in a segment and segments in a group: few enough elements for the browser to watch. */
const SEGMENT_BLOCKS = 32;
const GROUP_SEGMENTS = 4;

/** Parts the browser may have styled: not those that came with what is being drawn. */
const styled = new WeakSet<Element>();

/** A new part of `parent`, at its end. */
export function addPart(parent: Element, className: string): HTMLElement {
  const part = parent.appendChild(createElement(parent.ownerDocument, "div", className));
  queueMicrotask(() => styled.add(part));
  return part;
}

/**
 * The parts of a group that is full are no longer watched one by one: the browser looks at all it
 * watches with every frame, so that each one made the later frames dearer. Not before the group is
 * out of sight, or the browser lays out all of it at once; and as it takes in no new style of what it
 * skips, that is asked for, once what else is new has been styled. In an answer that comes at once
 * there is no old style to replace, and asking would have it style all that it skips.
 */
export function watchAsOne(group: Element | null | undefined): void {
  if (!group) return;
  group.classList.add("nbstream-full");
  if (!styled.has(group)) return;
  queueMicrotask(() => {
    for (const part of group.children) getComputedStyle(part).contentVisibility;
  });
}

/**
 * Spreads the children of a long container over segments that the browser lays out only near the
 * view (`content-visibility`). Where a child goes depends on its index alone.
 */
export class Segments {
  private readonly segments: HTMLElement[];
  private readonly groups: HTMLElement[];
  private readonly parts: FoldRun;

  constructor(
    private readonly root: HTMLElement,
    folding: Folding,
  ) {
    this.parts = new FoldRun(folding);
    this.segments = [root];
    this.groups = [root];
  }

  place(element: HTMLElement, index: number, line: number): void {
    const at = Math.floor(index / SEGMENT_BLOCKS);
    while (this.segments.length <= at) this.open(line);
    this.segments[at]?.appendChild(element);
  }

  /** Drops what was opened for more than `count` children. */
  trim(count: number): void {
    const needed = Math.max(1, Math.ceil(count / SEGMENT_BLOCKS));
    while (this.segments.length > needed) this.segments.pop()?.remove();
    const neededGroups = Math.ceil(this.segments.length / GROUP_SEGMENTS);
    while (this.groups.length > neededGroups) this.groups.pop()?.remove();
  }

  private open(line: number): void {
    const group = Math.floor(this.segments.length / GROUP_SEGMENTS);
    if (group === this.groups.length) {
      if (group > 2) watchAsOne(this.groups[group - 2]);
      const opened = addPart(this.root, "nbstream-group");
      this.groups.push(opened);
      this.parts.begin(opened, line);
    }
    const segment = addPart(this.groups[group] ?? this.root, "nbstream-segment");
    this.segments.push(segment);
    if (group === 0) this.parts.begin(segment, line);
  }
}
