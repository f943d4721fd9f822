/**
 * Where the reader is in an answer. An element that leaves the page forgets how far its boxes were
 * scrolled, and loses the focus and the selection, also where it comes back at once.
 */

export interface Place {
  /** After `root` came back into the page. */
  restore(): void;
}

export function rememberPlace(root: HTMLElement, signal: AbortSignal): Place {
  const scrolls = rememberScrolls(root, signal);
  const focus = rememberFocus(root, signal);
  const selection = rememberSelection(root, signal);
  return {
    restore() {
      scrolls.restore();
      focus.restore();
      selection.restore();
    },
  };
}

function rememberScrolls(root: HTMLElement, signal: AbortSignal): Place {
  const scrolled = new Map<Element, { top: number; left: number }>();
  root.addEventListener(
    "scroll",
    ({ target }) => {
      const box = target as Element;
      if (box.isConnected) scrolled.set(box, { top: box.scrollTop, left: box.scrollLeft });
    },
    { signal, capture: true, passive: true },
  );
  return {
    restore() {
      for (const [box, { top, left }] of scrolled) box.scrollTo({ top, left, behavior: "instant" });
    },
  };
}

function rememberFocus(root: HTMLElement, signal: AbortSignal): Place {
  const document = root.ownerDocument;
  let focused: HTMLElement | null = null;
  root.addEventListener(
    "focusin",
    ({ target }) => {
      focused = target as HTMLElement;
    },
    { signal },
  );
  root.addEventListener(
    "focusout",
    // Told also of an element that is just being taken away: only one that stays was left.
    () =>
      queueMicrotask(() => {
        if (root.isConnected && !root.contains(document.activeElement)) focused = null;
      }),
    { signal },
  );
  return {
    restore() {
      const free = document.activeElement === null || document.activeElement === document.body;
      if (free) focused?.focus({ preventScroll: true });
    },
  };
}

function rememberSelection(root: HTMLElement, signal: AbortSignal): Place {
  const document = root.ownerDocument;
  let selected: [Node, number, Node, number] | null = null;
  document.addEventListener(
    "selectionchange",
    () => {
      const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } =
        document.getSelection() ?? {};
      const inside = !isCollapsed && root.contains(anchorNode ?? null);
      selected =
        inside && anchorNode && focusNode
          ? [anchorNode, anchorOffset ?? 0, focusNode, focusOffset ?? 0]
          : null;
    },
    { signal },
  );
  return {
    restore() {
      const now = document.getSelection();
      if (!selected || !now?.isCollapsed) return;
      const [anchor, , focus] = selected;
      if (root.contains(anchor) && root.contains(focus)) now.setBaseAndExtent(...selected);
    },
  };
}
