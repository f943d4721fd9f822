/** The box the answer stands in: follows its end, holds the cursor, offers the way back down. */
import { createCursor } from "./cursor";
import { element, ICONS, icon } from "./elements";
import { followEnd } from "./follow";

/** Keys that scroll the box: the notebook must not take them as its commands. */
const SCROLL_KEYS = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "]);

export interface ScrollBox {
  readonly element: HTMLElement;
  /** The reader is at the end and has selected nothing: what is above may change its height. */
  atEnd(): boolean;
  /** After each paint; `live` while more may come. */
  settle(live: boolean): void;
}

export function createScrollBox(
  document: Document,
  content: HTMLElement,
  signal: AbortSignal,
): ScrollBox {
  const log = element(document, "div", "log", content);
  log.setAttribute("role", "log");
  log.setAttribute("aria-live", "off");
  log.setAttribute("aria-label", "The answer");
  const cursor = createCursor(document, content);
  const sheet = element(document, "div", "sheet", log, cursor.element);
  const scroller = element(document, "div", "scroll", sheet);
  const jump = element(document, "button", "jump", icon(document, ICONS.down), "Jump to the end");
  jump.type = "button";
  jump.hidden = true;
  const expand = element(document, "button", "expand", "Show all");
  expand.type = "button";
  expand.hidden = true;
  const box = element(document, "div", "box", scroller, jump, expand);

  let live = true;
  let wasLive = false;
  const follow = followEnd(scroller, signal, (following) => {
    jump.hidden = following || !live;
  });
  jump.addEventListener("click", () => {
    follow.jump();
    scroller.focus({ preventScroll: true });
  });
  expand.addEventListener("click", () => {
    const whole = box.toggleAttribute("data-expanded");
    expand.textContent = whole ? "Show less" : "Show all";
    if (!whole) box.scrollIntoView({ block: "nearest" });
  });
  scroller.addEventListener("keydown", (event) => {
    if (overflows() && SCROLL_KEYS.has(event.key)) event.stopPropagation();
  });
  const overflows = () => scroller.scrollHeight > scroller.clientHeight + 1;

  const measure = () => {
    // out of the page, or hidden with it, nothing has a size
    if (!live && scroller.clientHeight === 0) return;
    const over = overflows();
    if (over) scroller.tabIndex = 0;
    else scroller.removeAttribute("tabindex");
    box.toggleAttribute("data-overflows", over);
    // a retry may have dropped it all
    expand.hidden = !content.firstChild || !(over || box.hasAttribute("data-expanded"));
  };
  const grown = () => {
    measure();
    if (wasLive) follow.keep();
  };
  // of images in it, which have no height before
  content.addEventListener("load", grown, { signal, capture: true });
  const resized = new ResizeObserver(measure);
  signal.addEventListener("abort", () => resized.disconnect());

  return {
    element: box,
    atEnd() {
      const { anchorNode, isCollapsed = true } = document.getSelection() ?? {};
      const selected = !isCollapsed && content.contains(anchorNode ?? null);
      return follow.following && !selected && overflows();
    },
    settle(nowLive) {
      if (live && !nowLive) resized.observe(scroller);
      live = nowLive;
      wasLive ||= live;
      grown();
      jump.hidden = follow.following || !live;
      if (live) cursor.place();
    },
  };
}
