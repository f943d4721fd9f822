/** Where the next prompt is written, with all that goes with it. */
import { element, setText } from "../elements";
import { visible } from "../markdown/invisible";
import { type Attaching, createAttaching, pastedFiles } from "./attachments";
import { BUSY, button, disclosure, grow, newAsk, PATIENCE_MS, textBox } from "./controls";
import { incoming } from "./drops";
import { createModelChooser } from "./model-chooser";
import { createParameters, parameterWords } from "./parameters";
import type { Send, State } from "./wire";

const DEFAULT_LABEL = "Parameters";

export interface Composer {
  readonly element: HTMLElement;
  readonly attaching: Attaching;
  update(state: State): void;
  focus(): void;
  problem(text: string, ask: string): void;
  /** Why there is no list of models, if there is none. */
  listed(problem: string): void;
}

export function createComposer(
  document: Document,
  signal: AbortSignal,
  kit: { id: string; send: Send; say: (words: string) => void; cancel: () => void },
): Composer {
  const { send } = kit;
  let ask = "";
  let running = "";
  let chosen = "";
  let patience = 0;
  const window = document.defaultView;

  const submit = () => {
    if (running || ask) return;
    ask = newAsk();
    problem("");
    showButton();
    patience = window?.setTimeout(() => setText(hint, BUSY), PATIENCE_MS) ?? 0;
    send({ type: "generate", prompt: box.value, ask });
  };
  const settled = () => {
    ask = "";
    window?.clearTimeout(patience);
    setText(hint, "");
  };

  const box = textBox(document, "Prompt", 2, submit, () => {
    if (!running) return false;
    kit.cancel();
    return true;
  });
  const trouble = element(document, "div", "gen-problem");
  trouble.setAttribute("role", "alert");
  trouble.hidden = true;
  const problem = (text: string) => setText(trouble, text);

  const attaching = createAttaching(document, signal, kit);
  const chooser = createModelChooser(document, send);
  const parameters = createParameters(document, kit.id, send);
  const toggle = disclosure(document, DEFAULT_LABEL, parameters.element);
  toggle.classList.add("nbstream-gen-said");
  const hint = element(document, "span", "gen-hint");
  hint.hidden = true;
  const go = button(document, "Generate", () => (running ? cancel() : submit()), "primary");
  const cancel = () => {
    cancelling = running;
    showButton();
    kit.cancel();
  };
  let cancelling = "";
  const showButton = () => {
    const busy = running !== "";
    const label =
      cancelling && busy ? "Cancelling…" : busy ? "Cancel" : ask ? "Sending…" : "Generate";
    go.textContent = label;
    go.title = busy ? "Cancel (Esc)" : "Generate (Ctrl Enter or ⌘ Enter)";
    go.toggleAttribute("data-cancel", busy);
    // Not disabled: who has the focus there keeps it.
    go.setAttribute("aria-disabled", String(label.endsWith("…")));
  };

  const tools = element(
    document,
    "div",
    "gen-row",
    attaching.button,
    chooser.element,
    toggle,
    hint,
    go,
  );
  const parts = [trouble, attaching.element, box, tools, parameters.element];
  const root = element(document, "div", "gen-composer", ...parts);

  box.addEventListener("paste", (event) => {
    const pasted = pastedFiles(event.clipboardData);
    if (!pasted.length) return;
    event.preventDefault();
    for (const file of pasted) attaching.take(incoming(file));
  });

  return {
    element: root,
    attaching,
    update(state) {
      running = state.running;
      if (!running) cancelling = "";
      if (ask && state.accepted === ask && (running || state.turns.length)) {
        settled();
        box.value = "";
        grow(box);
      }
      // What was wrong with a value is over when another is set.
      const set = JSON.stringify([state.model, state.parameters]);
      if (set !== chosen) problem("");
      chosen = set;
      const model = state.model || state.default;
      const unknown = state.show.includes("model") ? "Choose a model, then ask…" : "Ask…";
      box.placeholder = model ? `Ask ${visible(model)}…` : unknown;
      attaching.update(state);
      chooser.update(state);
      parameters.update(state.parameters);
      const said = parameterWords(state.parameters);
      setText(toggle, said ? `${DEFAULT_LABEL}: ${said}` : DEFAULT_LABEL);
      toggle.title = visible(said);
      // `setText` shows what has a text.
      toggle.hidden = Object.keys(state.parameters).length === 0;
      parameters.element.hidden ||= toggle.hidden;
      showButton();
    },
    focus: () => box.focus({ preventScroll: true }),
    problem(text, of) {
      if (of && of === ask) settled();
      problem(text);
      showButton();
    },
    listed(text) {
      chooser.element.title = visible(text);
    },
  };
}
