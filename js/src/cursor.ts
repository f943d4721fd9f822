/** The typing cursor: laid over the end of the last text, so that the text's own nodes stay as
 * they are. */

export interface Cursor {
  readonly element: HTMLElement;
  /** After each paint: to the end of what `text` holds now. */
  place(): void;
}

/** `text` and the cursor stand in the same positioned box. */
export function createCursor(document: Document, text: HTMLElement): Cursor {
  const cursor = document.createElement("span");
  cursor.className = "nbstream-cursor";
  cursor.setAttribute("aria-hidden", "true");
  const range = document.createRange();
  return {
    element: cursor,
    place() {
      const box = cursor.parentElement;
      const last = lastText(text);
      if (!box || !last) {
        cursor.style.transform = "";
        return;
      }
      range.setStart(last, Math.max(last.data.trimEnd().length - 1, 0));
      range.setEnd(last, last.data.trimEnd().length);
      const rects = range.getClientRects();
      const end = rects[rects.length - 1];
      if (!end) return;
      const origin = box.getBoundingClientRect();
      const x = Math.min(end.right - origin.left, origin.width - 4);
      const y = end.top - origin.top;
      cursor.style.height = `${end.height.toFixed(1)}px`;
      cursor.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    },
  };
}

function lastText(root: Node): Text | null {
  for (let node = root.lastChild; node; node = node.previousSibling) {
    if (node.nodeType === 3) {
      if ((node as Text).data.trim() !== "") return node as Text;
    } else {
      const found = lastText(node);
      if (found) return found;
    }
  }
  return null;
}
