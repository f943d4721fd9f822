/** What the palette and the shortcuts do. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ICommandPalette } from "@jupyterlab/apputils";
import type { INotebookTracker } from "@jupyterlab/notebook";
import type { Shown } from "../../src/shown";
import type { Answers } from "./answers";
import { codeCells, hasAnswer, insertAnswer } from "./insertion";
import { activePlace, insertBelow, kernelLanguage, type Place, run, unfold } from "./place";
import { type Question, question, type Selection } from "./question";
import { asItStands, loadsNbstream, type NewCell } from "./split";

const LOAD = "%load_ext nbstream";

export interface Parts {
  readonly tracker: INotebookTracker;
  readonly answers: Answers;
  readonly selection: Selection;
  /** Those that run in the notebook in front, and in all. */
  readonly here: () => readonly Shown[];
  readonly everywhere: () => readonly Shown[];
  readonly firstLine: () => string;
}

export const IDS = ["generate", "insert-cells", "insert-code", "cancel", "cancel-all"].map(
  (name) => `nbstream:${name}`,
);

export function addCommands(
  { commands }: JupyterFrontEnd,
  palette: ICommandPalette | null,
  parts: Parts,
): void {
  const { tracker, answers, selection, here, everywhere } = parts;
  const cancel = (running: readonly Shown[]) => {
    for (const shown of running) shown.cancel();
  };
  const ended = () => {
    const place = activePlace(tracker);
    const shown = place && answers.ended(place.cell.node).at(-1);
    return place && shown ? { place, shown } : null;
  };
  const inserting = (
    can: (shown: Shown, place: Place) => boolean,
    insert: (shown: Shown, place: Place) => unknown,
  ) => ({
    isEnabled: () => {
      const found = ended();
      return found !== null && can(found.shown, found.place);
    },
    execute: () => {
      const found = ended();
      return found && insert(found.shown, found.place);
    },
  });
  const does: Record<string, { label: string; execute: () => unknown; isEnabled: () => boolean }> =
    {
      "nbstream:generate": {
        label: "Generate from Selection or Markdown Cell",
        isEnabled: () => question(tracker, selection) !== null,
        execute: () => {
          const asked = question(tracker, selection);
          return asked && generate(asked, parts.firstLine());
        },
      },
      "nbstream:insert-cells": {
        label: "Insert the Answer as Cells Below",
        ...inserting(hasAnswer, (shown) => insertAnswer(tracker, shown)),
      },
      "nbstream:insert-code": {
        label: "Insert the Answer's Code as Cells Below",
        ...inserting(
          (shown, place) => codeCells(shown, place).length > 0,
          (shown, place) => insertBelow(place, codeCells(shown, place)),
        ),
      },
      "nbstream:cancel": {
        label: "Cancel What Runs in This Notebook",
        isEnabled: () => here().length > 0,
        execute: () => cancel(here()),
      },
      "nbstream:cancel-all": {
        label: "Cancel All Generations",
        isEnabled: () => everywhere().length > 0,
        execute: () => cancel(everywhere()),
      },
    };
  for (const command of IDS) {
    const options = does[command];
    if (!options) continue;
    commands.addCommand(command, { ...options, describedBy: { args: { type: "object" } } });
    palette?.addItem({ command, category: "nbstream" });
  }
}

/**
 * A `%%generate` cell below, run; before it the one that loads nbstream, where there is none. The
 * source of a cell is sent once it is in sight.
 */
async function generate({ text, place, isSource }: Question, firstLine: string): Promise<void> {
  const { panel } = place;
  if (isSource && unfold(place)) return;
  const sources = panel.content.widgets.map(({ model }) => model.sharedModel.getSource());
  const sourceOf = (source: string): NewCell => ({ cell_type: "code", source });
  const cells = [sourceOf(`${asItStands(firstLine)}\n${text.trim()}`)];
  if (!loadsNbstream(sources)) cells.unshift(sourceOf(LOAD));
  else if (kernelLanguage(panel) === "python") {
    // that cell is there, and may not have been run in this kernel yet
    const { kernel } = panel.context.sessionContext.session ?? {};
    kernel?.requestExecute({ code: LOAD, silent: true, store_history: false });
  }
  await run(panel, insertBelow(place, cells));
}
