/** Where in which notebook something stands, and cells below it. */
import { type INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import type { NewCell } from "./split";

type Cell = NotebookPanel["content"]["widgets"][number];

export interface Place {
  readonly panel: NotebookPanel;
  readonly cell: Cell;
  readonly index: number;
}

/** The cell that `node` is in; null where that is a console's, or none. Cells that are out of sight
 * are not in the page. */
export function placeOf(tracker: INotebookTracker, node: Node): Place | null {
  let place: Place | null = null;
  tracker.forEach((panel) => {
    const index = panel.content.widgets.findIndex((cell) => cell.node.contains(node));
    const cell = panel.content.widgets[index];
    if (cell) place ??= { panel, cell, index };
  });
  return place;
}

export function activePlace({ currentWidget: panel }: INotebookTracker): Place | null {
  const cell = panel?.content.activeCell;
  return panel && cell ? { panel, cell, index: panel.content.activeCellIndex } : null;
}

/** The language of the notebook's kernel, in lower case. */
export function kernelLanguage({ content }: NotebookPanel): string {
  return content.model?.defaultKernelLanguage.toLowerCase() || "python";
}

/**
 * Inserts the cells below, in a step of its own of the notebook's undo, and goes to the first. They
 * are not trusted: what they hold came from somebody else, and running a cell is what trusts it.
 */
export function insertBelow({ panel, index }: Place, cells: readonly NewCell[]): Cell[] {
  const { content } = panel;
  const { sharedModel } = content.model ?? {};
  if (!sharedModel || cells.length === 0) return [];
  const first = index + 1;
  // what is changed within half a second is otherwise one step
  const { undoManager } = sharedModel as { undoManager?: { stopCapturing(): void } };
  undoManager?.stopCapturing();
  sharedModel.transact(() => {
    sharedModel.insertCells(
      first,
      cells.map((cell) =>
        cell.cell_type === "code"
          ? { ...cell, metadata: {}, outputs: [], execution_count: null }
          : { ...cell, metadata: {} },
      ),
    );
  });
  undoManager?.stopCapturing();
  goTo({ panel, index: first });
  return content.widgets.slice(first, first + cells.length);
}

/** Makes it the active cell, in sight, in command mode. */
export function goTo({ panel, index }: Pick<Place, "panel" | "index">): void {
  const { content } = panel;
  content.deselectAll();
  content.activeCellIndex = index;
  content.mode = "command";
  content.activate();
  void content.scrollToItem(index, "smart");
}

/** Brings a cell's source into sight where it is folded away; whether it was. */
export function unfold({ panel, cell, index }: Place): boolean {
  const isFolded = cell.inputHidden || cell.isHidden;
  if (isFolded) {
    expandHeadings(panel, index);
    cell.inputHidden = false;
    goTo({ panel, index });
  }
  return isFolded;
}

/** JupyterLab's own `expandParent` finds no heading of a Markdown cell. */
function expandHeadings({ content }: NotebookPanel, index: number): void {
  const { widgets } = content;
  while (widgets[index]?.isHidden) {
    // all between that heading and the cell is hidden
    const heading = widgets.slice(0, index).findLast((cell) => isCollapsed(cell) && !cell.isHidden);
    if (!heading) return;
    NotebookActions.setHeadingCollapse(heading, false, content);
    if (isCollapsed(heading)) return;
  }
}

const isCollapsed = (cell: Cell) =>
  (cell as { headingCollapsed?: boolean }).headingCollapsed === true;

export async function run(panel: NotebookPanel, cells: readonly Cell[]): Promise<void> {
  await NotebookActions.runCells(panel.content, cells, panel.context.sessionContext);
}
