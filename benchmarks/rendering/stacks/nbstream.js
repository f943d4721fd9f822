import { createMarkdownView, FRAME_MS } from "../../../js/src/markdown/index.ts";
import { addStyles } from "../../../js/src/styles/index.ts";
import { drive } from "../drive.js";

drive((host) => {
  const root = host.appendChild(document.createElement("div"));
  root.className = "nbstream";
  addStyles(root);
  host.style.overflowAnchor = "none"; // as our own scroll box has it while it follows the end
  const view = createMarkdownView(document);
  root.append(view.element);
  return {
    append: (delta) => view.append(delta),
    flush() {
      const until = performance.now() + FRAME_MS; // as in the answer's view
      view.flush();
      view.fold(); // as in the notebook where the reader follows the end
      while (view.unfinished && performance.now() < until) view.finish();
    },
    end: () => view.end(),
    unfinished: () => view.unfinished,
  };
});
