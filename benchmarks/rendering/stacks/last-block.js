/**
 * The last block again: what comes before the last block of the text stays, the last one is drawn
 * anew each frame.
 */
import DOMPurify from "dompurify";

/** `split(text)` gives where the last block begins in `text`; `render(text)` gives HTML. */
export function createLastBlockAgain(host, split, render) {
  let last = host.appendChild(document.createElement("div"));
  let text = "";
  return {
    append(delta) {
      text += delta;
    },
    flush() {
      const start = split(text);
      if (start > 0) {
        last.innerHTML = DOMPurify.sanitize(render(text.slice(0, start)));
        text = text.slice(start);
        last = host.appendChild(document.createElement("div"));
      }
      last.innerHTML = DOMPurify.sanitize(render(text));
    },
    end() {},
  };
}
