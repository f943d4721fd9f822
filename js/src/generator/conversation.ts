/** The exchanges in one box that follows its end while an answer grows. */
import { element, ICONS, icon } from "../elements";
import { followEnd } from "../follow";
import type { Streams } from "./streams";
import { createTurn, type TurnView } from "./turn";
import type { Send, State } from "./wire";

export interface Conversation {
  readonly element: HTMLElement;
  update(state: State): void;
  problem(text: string, ask: string): boolean;
  said(id: string): void;
  markdown(id: string, text: string): void;
  cancel(): void;
  /** Takes the focus, if anything is there to have it. */
  focus(): boolean;
}

export function createConversation(
  document: Document,
  signal: AbortSignal,
  kit: { send: Send; streams: Streams; say: (words: string) => void },
): Conversation {
  const views = new Map<string, TurnView>();
  const list = element(document, "div", "gen-turns");
  const scroller = element(document, "div", "gen-scroll", list);
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", "Conversation");
  const jump = element(document, "button", "gen-jump", icon(document, ICONS.down), "To the end");
  jump.type = "button";
  jump.hidden = true;
  const root = element(document, "div", "gen-talk", scroller, jump);
  root.hidden = true;
  let running = "";

  const follow = followEnd(scroller, signal, (following) => {
    jump.hidden = following;
  });
  jump.addEventListener("click", () => {
    follow.jump();
    scroller.focus({ preventScroll: true });
  });
  const settle = () => {
    const over = scroller.scrollHeight > scroller.clientHeight + 1;
    if (over) scroller.tabIndex = 0;
    else if (!scroller.matches(":focus")) scroller.removeAttribute("tabindex");
    // Who edits a prompt further up stays with it.
    if (!list.querySelector(".nbstream-gen-editor:not([hidden])")) follow.keep();
    jump.hidden = follow.following;
  };
  const resized = new ResizeObserver(settle);
  resized.observe(list);
  signal.addEventListener("abort", () => {
    resized.disconnect();
    for (const view of views.values()) view.end();
  });

  return {
    element: root,
    update(state) {
      const kept = new Set(state.turns.map(({ id }) => id));
      for (const [id, view] of views) {
        if (kept.has(id)) continue;
        views.delete(id);
        view.end();
        view.element.remove();
      }
      state.turns.forEach((turn, index) => {
        const view = views.get(turn.id) ?? createTurn(document, turn.id, kit);
        views.set(turn.id, view);
        if (list.children[index] !== view.element) {
          list.insertBefore(view.element, list.children[index] ?? null);
        }
        view.update(turn, index + 1, state);
      });
      root.hidden = state.turns.length === 0;
      if (state.running && state.running !== running) follow.jump();
      running = state.running;
      settle();
    },
    problem: (text, ask) => [...views.values()].some((view) => view.problem(text, ask)),
    said: (id) => views.get(id)?.said(),
    markdown: (id, text) => views.get(id)?.markdown(text),
    cancel: () => views.get(running)?.cancel(),
    focus() {
      if (root.hidden) return false;
      scroller.tabIndex = scroller.tabIndex === 0 ? 0 : -1;
      scroller.focus({ preventScroll: true });
      return true;
    },
  };
}
