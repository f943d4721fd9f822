/** The events console: every frame of the newest answer with its time, as the kernel has them. */
import { element } from "../elements";
import { disclosure } from "./controls";
import type { EventFrame, Events, Send, State } from "./wire";

const EVERY_MS = 400;
/** More rows make the page slow, and nobody reads them. */
const MOST_ROWS = 600;
const FRAME = new Set(["seq", "at_s", "type"]);

export interface EventsConsole {
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  update(state: State): void;
  receive(events: Events): void;
}

export function createEvents(document: Document, signal: AbortSignal, send: Send): EventsConsole {
  const head = element(document, "thead", "gen-head");
  const names = element(document, "tr", "gen-tr");
  for (const name of ["No.", "Seconds", "Event", "Fields"]) {
    const cell = element(document, "th", "gen-th", name);
    cell.scope = "col";
    names.append(cell);
  }
  head.append(names);
  const rows = element(document, "tbody", "gen-rows");
  const table = element(document, "table", "gen-table", head, rows);
  const scroller = element(document, "div", "gen-console", table);
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", "Events of the newest answer");
  const none = element(document, "div", "gen-hint", "No answer yet.");
  const part = element(document, "div", "gen-events", none, scroller);
  const window = document.defaultView;

  let id = "";
  let live = false;
  let last = -1;
  let timer = 0;
  const ask = () => {
    window?.clearTimeout(timer);
    if (part.hidden || !id || signal.aborted) return;
    send({ type: "events", id, after: last });
  };
  const toggle = disclosure(document, "Events", part, ask);
  signal.addEventListener("abort", () => window?.clearTimeout(timer));

  return {
    button: toggle,
    element: part,
    update(state) {
      toggle.hidden = !state.show.includes("events");
      if (toggle.hidden) part.hidden = true;
      const newest = state.turns.at(-1);
      if (newest?.id !== id) {
        id = newest?.id ?? "";
        last = -1;
        rows.replaceChildren();
      }
      none.hidden = id !== "";
      scroller.hidden = id === "";
      live = newest?.status === "live";
      ask();
    },
    receive(events) {
      if (events.id !== id) return;
      const atEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < 40;
      for (const frame of events.frames) {
        if (frame.seq <= last) continue;
        last = frame.seq;
        rows.append(row(document, frame));
      }
      while (rows.childElementCount > MOST_ROWS) rows.firstElementChild?.remove();
      if (atEnd) scroller.scrollTop = scroller.scrollHeight;
      window?.clearTimeout(timer);
      if (events.more) ask();
      else if (live) timer = window?.setTimeout(ask, EVERY_MS) ?? 0;
    },
  };
}

function row(document: Document, frame: EventFrame): HTMLElement {
  const cell = (name: string, text: string) => element(document, "td", name, text);
  return element(
    document,
    "tr",
    "gen-tr",
    cell("gen-number", String(frame.seq)),
    cell("gen-number", frame.at_s.toFixed(3)),
    cell("gen-kind", frame.type),
    cell("gen-fields", fields(frame)),
  );
}

/** A frame's own fields as JSON, but for the braces. */
export function fields(frame: EventFrame): string {
  return Object.entries(frame)
    .filter(([name]) => !FRAME.has(name))
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ");
}
