/**
 * A scroll box that follows its end while text grows, and lets go when the reader looks back or
 * selects something.
 * It follows again after a downward movement of the reader's that ends near the end.
 */

/** As near to the end as this counts as at the end, in CSS pixels. */
const NEAR_PX = 120;
/** A scroll this long after the reader's last gesture is still the reader's (inertia). */
const GESTURE_MS = 400;
const UPWARD_KEYS = new Set(["ArrowUp", "PageUp", "Home"]);
const DOWNWARD_KEYS = new Set(["ArrowDown", "PageDown", "End", " "]);

export interface Follow {
  readonly following: boolean;
  /** After each change of the content. */
  keep(): void;
  /** To the end, and follow from now on. */
  jump(): void;
}

export function followEnd(
  box: HTMLElement,
  signal: AbortSignal,
  onChange: (following: boolean) => void,
): Follow {
  let following = true;
  let lastTop = 0;
  let gestureAtMs = Number.NEGATIVE_INFINITY;
  let dragging = false;

  const set = (value: boolean) => {
    if (value !== following) {
      following = value;
      // where it does not follow, what is above may change its height and the text stays
      box.style.overflowAnchor = value ? "" : "auto";
      onChange(value);
    }
  };
  const fromEnd = () => box.scrollHeight - box.clientHeight - box.scrollTop;
  const scrolls = () => box.scrollHeight > box.clientHeight + 1;
  const now = () => performance.now();

  const gesture = (up: boolean) => {
    gestureAtMs = now();
    if (up && scrolls()) set(false);
  };
  const on = (type: string, listen: (event: never) => void) =>
    box.addEventListener(type, listen as EventListener, { signal, passive: true });

  on("wheel", (event: WheelEvent) => {
    if (event.deltaY) gesture(event.deltaY < 0);
  });
  on("keydown", (event: KeyboardEvent) => {
    const up = UPWARD_KEYS.has(event.key) || (event.key === " " && event.shiftKey);
    if (up || DOWNWARD_KEYS.has(event.key)) gesture(up);
  });
  on("pointerdown", () => {
    dragging = true;
  });
  on("touchmove", () => gesture(false));
  for (const type of ["pointerup", "pointercancel"]) {
    box.ownerDocument.addEventListener(
      type,
      () => {
        dragging = false;
      },
      { signal, passive: true },
    );
  }
  const { ownerDocument } = box;
  ownerDocument.addEventListener(
    "selectionchange",
    () => {
      const { anchorNode, isCollapsed = true } = ownerDocument.getSelection() ?? {};
      if (!isCollapsed && box.contains(anchorNode ?? null) && scrolls()) set(false);
    },
    { signal },
  );
  on("scroll", () => {
    const top = box.scrollTop;
    const readers = dragging || now() - gestureAtMs < GESTURE_MS;
    if (readers && top < lastTop - 1 && scrolls()) set(false);
    else if (readers && top > lastTop && fromEnd() < NEAR_PX) set(true);
    lastTop = top;
  });

  const toEnd = () => {
    box.scrollTop = box.scrollHeight;
    lastTop = box.scrollTop;
  };
  return {
    get following() {
      return following;
    },
    keep() {
      if (!scrolls()) set(true);
      if (following) toEnd();
    },
    jump() {
      set(true);
      toEnd();
    },
  };
}
