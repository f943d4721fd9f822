import { createMarkdownView } from "../../../js/src/markdown/index.ts";
import { addStyles } from "../../../js/src/styles/index.ts";
import { drive } from "../drive.js";

drive((host) => {
  const root = host.appendChild(document.createElement("div"));
  root.className = "nbstream";
  addStyles(root);
  const view = createMarkdownView(document);
  root.append(view.element);
  return view;
});
