/** Buttons at a finished answer for what a kernel cannot do. */
import type { INotebookTracker } from "@jupyterlab/notebook";
import { element } from "../../src/elements";
import type { CodeElement } from "../../src/markdown/code-block-view";
import { exchangeOf, type Shown } from "../../src/shown";
import { codeCells, codeOf, hasAnswer, insertAnswer } from "./insertion";
import { insertBelow, kernelLanguage, type Place, placeOf, run, unfold } from "./place";
import { cellOf, isAsking } from "./split";

interface Action {
  readonly text: string;
  readonly title: string;
  readonly act: (place: Place) => unknown;
}

/** Adds to an answer that stands in a notebook what can be done with it now. */
export function addActions(tracker: INotebookTracker, shown: Shown, place: Place): void {
  const { root } = shown;
  addToBlocks(tracker, root);
  const line = root.querySelector(".nbstream-ended");
  const actions = actionsFor(tracker, shown, place);
  const before = line?.querySelector(".nbstream-actions");
  const labels = [...(before?.children ?? [])].map(({ textContent }) => textContent);
  if (!line || labels.join() === actions.map(({ text }) => text).join()) return;
  const buttons = actions.map(({ text, title, act }) => {
    const button = element(root.ownerDocument, "button", "action", text);
    button.type = "button";
    button.title = title;
    button.addEventListener("click", ({ detail }) => {
      const there = placeOf(tracker, root);
      // the second click of a double click was meant for what was there before
      if (there && detail < 2) void act(there);
    });
    return button;
  });
  const group = element(root.ownerDocument, "div", "actions", ...buttons);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "This answer");
  before?.remove();
  if (buttons.length > 0) line.append(group);
}

/** Whether the cell can be run by a button: it asks a model, and its reader has trusted it. */
function canRun({ cell: { model } }: Place): boolean {
  return model.type === "code" && model.trusted && isAsking(model.sharedModel.getSource());
}

function actionsFor(tracker: INotebookTracker, shown: Shown, place: Place): Action[] {
  const again: Action = {
    text: "Run again",
    title: "Run this cell again; a source that is folded away is unfolded first",
    act: (there) => canRun(there) && !unfold(there) && run(there.panel, [there.cell]),
  };
  const codes = codeCells(shown, place).length;
  const code: Action = {
    text: "Insert code",
    title: `Insert the ${codes} blocks of code as cells below`,
    act: (there) => insertBelow(there, codeCells(shown, there)),
  };
  const all: Action = {
    text: "Insert as cells",
    title: "Insert the answer below, its code and its text as cells",
    act: () => insertAnswer(tracker, shown),
  };
  return [
    ...(codes > 1 ? [code] : []),
    ...(hasAnswer(shown) ? [all] : []),
    // the cell of a conversation would begin another one
    ...(exchangeOf(shown) || !canRun(place) ? [] : [again]),
  ];
}

/** Each block's own button; blocks that were folded away come back without it. */
function addToBlocks(tracker: INotebookTracker, root: HTMLElement): void {
  for (const block of root.querySelectorAll<CodeElement>(".nbstream-code")) {
    const copy = block.querySelector(".nbstream-code-copy");
    if (!copy || !block.code || block.querySelector(".nbstream-code-insert")) continue;
    const button = element(root.ownerDocument, "button", "code-insert", "Insert");
    button.type = "button";
    button.title = "Insert as a cell below";
    button.setAttribute("aria-label", "Insert code as a cell below");
    button.addEventListener("click", () => {
      const place = placeOf(tracker, root);
      const code = codeOf(block);
      if (place && code) insertBelow(place, [cellOf(code, kernelLanguage(place.panel))]);
    });
    copy.before(button);
  }
}
