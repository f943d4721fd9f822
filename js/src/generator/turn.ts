/** A prompt and its answer, and what can be done with them. */
import { element, setText } from "../elements";
import { copy } from "../markdown/copy-button";
import { appendText, visible } from "../markdown/invisible";
import type { ExchangeElement } from "../shown";
import { BUSY, button, grow, newAsk, PATIENCE_MS, textBox } from "./controls";
import type { Streams } from "./streams";
import type { Send, State, Turn } from "./wire";

const SHOWN_MS = 1600;

export interface TurnView {
  readonly element: HTMLElement;
  update(turn: Turn, number: number, state: State): void;
  /** What could not be done for it, if it asked. */
  problem(text: string, ask: string): boolean;
  /** More of the answer is there. */
  said(): void;
  /** The answer as Markdown, which was asked for. */
  markdown(text: string): void;
  /** Cancels it the way the answer's own button does, so that the answer says so. */
  cancel(): void;
  end(): void;
}

export function createTurn(
  document: Document,
  id: string,
  { send, streams, say }: { send: Send; streams: Streams; say: (words: string) => void },
): TurnView {
  const life = new AbortController();
  const prompt = element(document, "div", "gen-prompt");
  const answer: ExchangeElement = element(document, "div", "gen-answer");
  const trouble = element(document, "div", "gen-problem");
  trouble.setAttribute("role", "alert");
  trouble.hidden = true;
  let ask = "";
  let shown: Turn | null = null;
  let after = 0;

  const copying = button(document, "Copy", async () => {
    const copied = await copy(document, streams.transcript(id).text);
    copying.textContent = copied ? "Copied" : "Not copied";
    say(copied ? "The answer is copied." : "The answer was not copied.");
    document.defaultView?.setTimeout(() => {
      copying.textContent = "Copy";
    }, SHOWN_MS);
  });
  const retrying = button(document, "Retry", () => {
    ask = newAsk();
    send({ type: "retry", id, ask });
  });
  const editing = button(document, "Edit", () => edit());
  const deleting = button(document, "Delete", () => send({ type: "delete", id }));
  const actions = element(document, "div", "gen-actions", copying, retrying, editing, deleting);
  for (const each of [copying, retrying, editing, deleting]) each.classList.add("nbstream-gen-act");

  const resend = () => {
    ask = newAsk();
    send({ type: "edit", id, prompt: box.value, ask });
  };
  const box = textBox(document, "The prompt, to be sent again", 2, resend, () => {
    leave();
    return true;
  });
  const warning = element(document, "span", "gen-hint");
  const sending = button(document, "Send again", resend, "primary");
  const row = element(
    document,
    "div",
    "gen-row",
    warning,
    button(document, "Keep as it is", () => leave()),
    sending,
  );
  const editor = element(document, "div", "gen-editor", box, row);
  editor.hidden = true;

  const head = element(document, "div", "gen-asked", prompt, editor);
  const root = element(document, "section", "gen-turn", head, answer, trouble, actions);
  streams.show(id, answer, life.signal).catch((error) => {
    answer.textContent = `The page could not load nbstream's view: ${error}`;
  });

  const said = () => {
    copying.hidden = streams.transcript(id).text === "";
  };
  const wanting: ((text: string) => void)[] = [];
  const window = document.defaultView;
  let patience = 0;
  answer.asked = () => shown?.prompt ?? "";
  answer.markdown = () =>
    new Promise((resolve) => {
      wanting.push(resolve);
      send({ type: "markdown", id });
      patience = window?.setTimeout(() => setText(trouble, BUSY), PATIENCE_MS) ?? 0;
    });

  function edit(): void {
    box.value = shown?.prompt ?? "";
    prompt.hidden = true;
    editor.hidden = false;
    grow(box);
    box.focus({ preventScroll: true });
    head.scrollIntoView({ block: "nearest" });
  }

  function leave(): void {
    prompt.hidden = false;
    editor.hidden = true;
    trouble.hidden = true;
    (editing.disabled ? copying : editing).focus();
  }

  return {
    element: root,
    update(turn, number, state) {
      shown = turn;
      after = state.turns.length - number;
      root.setAttribute("aria-label", `Exchange ${number}`);
      if (prompt.textContent !== visible(turn.prompt)) {
        prompt.replaceChildren();
        appendText(document, prompt, turn.prompt);
      }
      const busy = state.running !== "";
      actions.hidden = turn.status === "live";
      said();
      for (const each of [retrying, editing, deleting, sending]) each.disabled = busy;
      const others = after === 1 ? "the exchange" : `the ${after} exchanges`;
      warning.textContent = after > 0 ? `Replaces this answer and ${others} after it.` : "";
      const takes = after > 0 ? `, in place of this answer and ${others} after it` : "";
      retrying.title = `Ask the same again${takes}`;
      editing.title = `Change the prompt and ask again${takes}`;
      deleting.title = "Forget this prompt and its answer";
      for (const [act, name] of [
        [copying, "Copy"],
        [retrying, "Retry"],
        [editing, "Edit"],
        [deleting, "Delete"],
      ] as const) {
        act.setAttribute(
          "aria-label",
          `${name} ${act === editing ? "prompt" : "answer"} ${number}`,
        );
      }
    },
    problem(text, of) {
      if (of === "" || of !== ask) return false;
      setText(trouble, text);
      return true;
    },
    said,
    markdown(text) {
      window?.clearTimeout(patience);
      if (trouble.textContent === BUSY) setText(trouble, "");
      for (const resolve of wanting.splice(0)) resolve(text);
    },
    cancel: () => answer.querySelector<HTMLElement>(".nbstream-cancel")?.click(),
    end: () => life.abort(),
  };
}
