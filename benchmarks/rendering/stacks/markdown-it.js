import hljs from "highlight.js/lib/common";
import "highlight.js/styles/github.css";
import MarkdownIt from "markdown-it";
import { drive } from "../drive.js";
import { createLastBlockAgain } from "./last-block.js";

const markdown = new MarkdownIt({
  linkify: true,
  highlight: (code, language) =>
    hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : "",
});

drive((host) =>
  createLastBlockAgain(
    host,
    (text) => {
      const blocks = markdown.parse(text, {}).filter(({ level, map }) => level === 0 && map);
      const line = blocks.length > 1 ? blocks.at(-1).map[0] : 0;
      let start = 0;
      for (let i = 0; i < line; i++) start = text.indexOf("\n", start) + 1;
      return start;
    },
    (text) => markdown.render(text),
  ),
);
