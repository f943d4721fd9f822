/** The whole of a Generator in one place of the page. */
import { element, setText } from "../elements";
import { handleKeys } from "../keys";
import { visible } from "../markdown/invisible";
import { costWords } from "../words";
import { createComposer } from "./composer";
import { button } from "./controls";
import { createConversation } from "./conversation";
import { takeDrops } from "./drops";
import { createEvents } from "./events";
import type { Streams } from "./streams";
import { addStyles } from "./styles";
import type { FromKernel, Send, State } from "./wire";

export interface Panel {
  update(state: State): void;
  receive(message: FromKernel): void;
}

interface Kit {
  send: Send;
  streams: Streams;
  signal: AbortSignal;
}

let panels = 0;

export function createPanel(el: HTMLElement, { send, streams, signal }: Kit): Panel {
  const document = el.ownerDocument;
  addStyles(el);
  panels += 1;
  const spoken = element(document, "div", "gen-spoken");
  spoken.setAttribute("aria-live", "polite");
  const say = (words: string) => {
    spoken.textContent = visible(words);
  };

  const talk = createConversation(document, signal, { send, streams, say });
  const id = `nbstream-gen-${panels}`;
  let running = "";
  const cancel = () => talk.cancel();
  const composer = createComposer(document, signal, { id, send, say, cancel });
  const events = createEvents(document, signal, send);
  const totals = element(document, "span", "gen-totals");
  const undone = element(document, "span", "gen-undone");
  const undo = button(document, "Undo", () => send({ type: "undo" }));
  const clear = button(document, "New conversation", () => send({ type: "clear" }));
  const foot = element(document, "div", "gen-foot", totals, undone, undo, clear, events.button);
  for (const each of [undo, clear, events.button]) each.classList.add("nbstream-gen-act");
  const root = element(
    document,
    "div",
    "gen",
    talk.element,
    composer.element,
    foot,
    events.element,
    spoken,
  );
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Generator");
  const { take } = composer.attaching;
  takeDrops(root, signal, { take, refuse: (sentence) => composer.problem(sentence, "") });
  handleKeys(root, () => {
    if (running) cancel();
    return running !== "";
  });
  el.append(root);
  /** What was taken away, and what it left: the same state comes several times. */
  let told = "";

  return {
    update(state) {
      const hadFocus = root.querySelector(":focus");
      const talkHadFocus = talk.element.querySelector(":focus");
      running = state.running;
      talk.update(state);
      composer.update(state);
      events.update(state);
      setText(totals, totalWords(state));
      setText(undone, state.undo);
      const taken = state.undo && [state.undo, ...state.turns.map((turn) => turn.id)].join();
      if (taken && taken !== told) say(state.undo);
      told = taken;
      undo.hidden = state.undo === "" || state.running !== "";
      clear.hidden = state.turns.length === 0;
      clear.disabled = state.running !== "";
      root.dataset["status"] = state.running ? "live" : (state.turns.at(-1)?.status ?? "idle");
      // What had the focus may be gone by what it did.
      const focused = root.querySelector(":focus");
      const isThere = focused && !focused.matches("[hidden], [hidden] *, :disabled");
      if (hadFocus && !isThere && !(talkHadFocus && talk.focus())) composer.focus();
    },
    receive(message) {
      if (message.type === "uploaded") {
        composer.attaching.uploaded(message.id, message.received, message.error);
      } else if (message.type === "stream") {
        talk.said(message.id);
      } else if (message.type === "events") {
        events.receive(message);
      } else if (message.type === "problem") {
        if (!talk.problem(message.text, message.ask)) composer.problem(message.text, message.ask);
      } else if (message.type === "markdown") {
        talk.markdown(message.id, message.text);
      } else if (message.type === "listed") {
        composer.listed(message.problem);
      }
    },
  };
}

/** `3 answers, 1,204 tokens, $0.0012`. */
export function totalWords({ turns, tokens, cost }: State): string {
  const count = turns.filter(({ status }) => status !== "live").length;
  if (count === 0) return "";
  const words = [`${count} answer${count === 1 ? "" : "s"}`];
  if (tokens) words.push(`${tokens.toLocaleString("en-US")} tokens`);
  if (cost !== null) words.push(costWords(cost));
  return words.join(", ");
}
