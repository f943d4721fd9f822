import { expect, test } from "vitest";
import { createMarkdownView } from "../../src/markdown";
import { marked } from "../node_modules/marked";
import { blocksOf, fenced } from "./written";

function written(answer: string): string {
  return blocksOf(answer)
    .map((part) => (typeof part === "string" ? part : fenced(part)))
    .join("\n\n");
}

/** As JupyterLab's own parser draws it, in a page that loads and runs nothing. */
function drawn(markdown: string): Document {
  const html = marked.parse(markdown, { async: false, gfm: true }) as string;
  return new DOMParser().parseFromString(html, "text/html");
}

function view(answer: string): HTMLElement {
  const markdown = createMarkdownView(document, { highlight: false });
  markdown.append(answer);
  markdown.flush();
  markdown.end();
  return markdown.element;
}

const words = (text: string | null | undefined) => (text ?? "").replace(/\s+/g, "");

test.each([
  "The **bold**, *other*, ~~gone~~ and `code` of 1 < 2 & a_b.",
  "# Title\n\n- a\n- b\n  - c\n\n1. one\n2. two",
  "> quoted\n> further\n\n---\n\n- [ ] to do\n- [x] done",
  "| a | b |\n| --- | :---: |\n| 1 | **2** |",
  'see https://a.example/b?c=1 and [it](https://a.example/d "title")',
  "$a < b$ and $$\\frac{1}{2}$$\n\n$$\nx^2\n$$",
])("what is plain stays as it was written: %j", (answer) => {
  expect(written(answer)).toBe(answer);
});

test.each([
  "![a](https://evil.example/p.png) ![](//evil.example/q) [![b](http://c)](http://d)",
  "![ref][r] and [text][r] and Hi![link](http://a)\n\n[r]: https://evil.example/r.png 'x'",
  "<img src=x onerror=alert(1)> <script>alert(1)</script>\n\n<iframe src=//evil.example>\n\n- <svg onload=x>",
  "[a](javascript:alert(1)) [b](java\tscript:alert(1)) <javascript:alert(1)> [c](data:text/html,x)",
  "&lt;img src=x&gt; \\<img src=x> &#33;[x](http://a) \\![x](http://a)",
  "1986\\. a\n\n\\- b\n\n\\# c\n\n\\> d\n\n\\`\\`\\`\n\n\\*e\\* \\_f\\_ \\~g\\~",
  "`` ` `` and ```` ``` ```` and `<img src=x>` and `$x$` and `a|b`",
  "- a\n\n  ```html\n  <img src=x>\n  ```\n- b\n\n      $ <img src=y> $\n\n> <img src=z>",
  "| <img src=x> | `a\\|b` |\n|---|---|\n| ![c](http://d) | \\| |",
  "<b title='](http://a)'>x</b> a@@0@@b ftp://evil.example/x www.a.example",
])("nothing of it loads, runs or leads elsewhere, and its text is what is drawn: %j", (answer) => {
  const page = drawn(written(answer));
  const live = "img, script, iframe, svg, style, link, form, object, b";
  expect(page.querySelectorAll(live)).toHaveLength(0);
  for (const link of page.querySelectorAll("a")) {
    expect(link.getAttribute("href")).toMatch(/^(https?:|mailto:|\/\/|[^:]*$)/);
  }
  const text = words(page.body.textContent);
  for (const part of view(answer).querySelectorAll("p, td, th, pre")) {
    expect(text).toContain(words(part.textContent));
  }
});

test.each(["\\href{javascript:alert(1)}{x}", "\\html{x}", "\\style{a}{x}", "a<img src=x>", "x`y`"])(
  "TeX that links, loads or styles is code: %s",
  (tex) => {
    for (const answer of [`see $${tex}$`, `$$\n${tex}\n$$`]) {
      const markdown = written(answer);
      expect(drawn(markdown).querySelectorAll("img, a")).toHaveLength(0);
      if (!tex.includes("<")) expect(markdown).not.toContain("$");
    }
  },
);

test("a link that reads like another has its host beside it, hidden characters are named", () => {
  expect(written("[bank.example](https://evil.example/)")).toBe(
    "[bank.example](https://evil.example/) (evil.example)",
  );
  expect(written("a\u202eb `c\u200bd`")).toBe("aU+202Eb `cU+200Bd`");
});

test("notes stand under the text where something refers to them, definitions nowhere", () => {
  expect(written("a[^1]\n\n[^1]: note\n\n[^2]: none\n\n[x]: http://a")).toBe(
    "a&#91;^1&#93;\n\n&#91;^1&#93;: note",
  );
});
