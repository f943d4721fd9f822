/** Buttons at a finished answer for what a kernel cannot do. */
import type { INotebookTracker } from "@jupyterlab/notebook";
import { element } from "../../src/elements";
import type { CodeElement } from "../../src/markdown/code-block-view";
import { exchangeOf, type Shown } from "../../src/shown";
import { codeCells, codeOf, hasAnswer, insertAnswer } from "./insertion";
import { insertBelow, kernelLanguage, type Place, placeOf, run } from "./place";
import { cellOf } from "./split";

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
  // a live answer's output gets its Markdown only after the end
  if (!line || (before?.childElementCount ?? 0) === actions.length) return;
  const buttons = actions.map(({ text, title, act }) => {
    const button = element(root.ownerDocument, "button", "action", text);
    button.type = "button";
    button.title = title;
    button.addEventListener("click", () => {
      const there = placeOf(tracker, root);
      if (there) void act(there);
    });
    return button;
  });
  const group = element(root.ownerDocument, "div", "actions", ...buttons);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "This answer");
  before?.remove();
  line.append(group);
}

function actionsFor(tracker: INotebookTracker, shown: Shown, place: Place): Action[] {
  const again: Action = {
    text: "Run again",
    title: "Run this cell again",
    act: ({ panel, cell }) => run(panel, [cell]),
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
    ...(hasAnswer(shown, place) ? [all] : []),
    // the cell of a conversation would begin another one
    ...(exchangeOf(shown) ? [] : [again]),
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
