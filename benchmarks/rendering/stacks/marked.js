import hljs from "highlight.js/lib/common";
import "highlight.js/styles/github.css";
import { Marked, Renderer } from "marked";
import { drive } from "../drive.js";
import { createLastBlockAgain } from "./last-block.js";

const renderer = new Renderer();
renderer.code = ({ text, lang = "" }) => {
  const language = hljs.getLanguage(lang) ? lang : "plaintext";
  const { value } = hljs.highlight(text, { language });
  return `<pre><code class="hljs">${value}</code></pre>`;
};
const marked = new Marked({ renderer });

drive((host) =>
  createLastBlockAgain(
    host,
    (text) => {
      const blocks = marked.lexer(text).filter(({ type }) => type !== "space" && type !== "def");
      return blocks.length > 1 ? Math.max(text.lastIndexOf(blocks.at(-1).raw), 0) : 0;
    },
    (text) => marked.parse(text),
  ),
);
