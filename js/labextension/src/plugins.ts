/** What JupyterLab and Notebook add to nbstream's answers, which work without it. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { IStatusBar } from "@jupyterlab/statusbar";
import { Signal } from "@lumino/signaling";
import { exchangeOf, type Shown } from "../../src/shown";
import { addActions } from "./actions";
import { Answers, distinct } from "./answers";
import { addCommands, IDS } from "./commands";
import sheet from "./extension.css";
import { goTo, type Place, placeOf } from "./place";
import { Selection } from "./question";
import { saveSoFar, showSoFar } from "./so-far";
import { type Running, RunningItem } from "./status";

const ID = "nbstream:plugin";
const LOOK_EVERY_MS = 1000;

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Cells from answers, commands, and what runs in the status bar.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ISettingRegistry, IStatusBar],
  activate,
};

function activate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  palette: ICommandPalette | null,
  settings: ISettingRegistry | null,
  statusBar: IStatusBar | null,
): void {
  const style = document.createElement("style");
  style.textContent = sheet;
  document.head.append(style);

  let firstLine = "%%generate";
  void settings?.load(ID).then((loaded) => {
    const read = () => {
      firstLine = String(loaded.composite["firstLine"] ?? firstLine);
    };
    loaded.changed.connect(read);
    read();
  });

  const everywhere = () => answers.running((root) => placeOf(tracker, root) !== null);
  const isHere = ({ root }: Shown) => placeOf(tracker, root)?.panel === tracker.currentWidget;
  const here = () => distinct(everywhere().filter(isHere));
  const changed = new Signal<object, void>(tracker);
  const item = new RunningItem(() => tracker.currentWidget?.activate());
  let looking = 0;
  const tell = () => item.tell(here().map((shown) => described(tracker, shown)));
  const look = () => {
    tell();
    changed.emit();
    for (const id of IDS) app.commands.notifyCommandChanged(id);
    if (everywhere().length > 0) looking ||= window.setInterval(look, LOOK_EVERY_MS);
    else {
      window.clearInterval(looking);
      looking = 0;
    }
  };
  const watched = new WeakSet<Place["cell"]>();
  /** What can be done with an answer is another thing once its cell is trusted or edited. */
  const watch = (cell: Place["cell"]) => {
    if (watched.has(cell)) return;
    watched.add(cell);
    const update = () => {
      for (const shown of answers.ended(cell.node)) {
        const place = placeOf(tracker, shown.root);
        if (place) addActions(tracker, shown, place);
      }
    };
    cell.model.stateChanged.connect(update);
    cell.model.contentChanged.connect(update);
  };
  const answers = new Answers(document, (shown, isNews) => {
    if (isNews) look();
    else if (item.isOpen) tell();
    const place = shown.transcript.end ? placeOf(tracker, shown.root) : null;
    if (!place) return;
    addActions(tracker, shown, place);
    watch(place.cell);
  });
  tracker.currentChanged.connect(look);
  tracker.widgetAdded.connect(async (_, panel) => {
    await panel.context.ready;
    saveSoFar(panel, everywhere);
    await showSoFar(panel);
  });

  const selection = new Selection(document);
  addCommands(app, palette, {
    tracker,
    answers,
    selection,
    here,
    everywhere,
    firstLine: () => firstLine,
  });
  if (statusBar) {
    statusBar.registerStatusItem(ID, {
      item,
      align: "left",
      rank: 90,
      isActive: () => here().length > 0,
      activeStateChanged: changed,
    });
  } else {
    // Notebook has none. Its toolbar knows of buttons that are there when something is inserted.
    changed.connect(() => {
      const toolbar = tracker.currentWidget?.toolbar;
      if (here().length === 0) item.parent = null;
      else if (!item.parent) toolbar?.insertAfter("spacer", ID, item);
    });
  }
}

function described(tracker: INotebookTracker, shown: Shown): Running {
  const place = placeOf(tracker, shown.root);
  const source = exchangeOf(shown)?.asked?.() ?? place?.cell.model.sharedModel.getSource() ?? "";
  const prompt = source.replace(/^%%.*\n?/, "").trim();
  return {
    shown,
    asked: prompt.split("\n")[0] || "A generation",
    reveal: () => {
      const there = placeOf(tracker, shown.root);
      if (there) goTo(there);
    },
  };
}

export default plugin;
