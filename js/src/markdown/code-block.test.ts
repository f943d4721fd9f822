import { afterEach, describe, expect, it, vi } from "vitest";
import type { CodeElement } from "./code-block-view.js";
import { createMarkdownView } from "./index.js";
import { draw, feed, pieces } from "./testing/draw.js";

function button(root: Element, name: string): HTMLButtonElement {
  const found = [...root.querySelectorAll("button")].find((each) =>
    [each.textContent, each.title, each.getAttribute("aria-label")].includes(name),
  );
  if (!found) throw new Error(`no button ${name}`);
  return found;
}

async function copied(root: Element): Promise<string> {
  const written: string[] = [];
  vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => {
    written.push(text);
  });
  button(root, "Copy code").click();
  await Promise.resolve();
  return written[0] ?? "";
}

const numberedLines = (count: number) =>
  Array.from({ length: count }, (_, i) => `x_${i} = ${i}`).join("\n");

describe("a code block", () => {
  afterEach(() => vi.restoreAllMocks());

  it("copies the exact text, what is not to be seen included", async () => {
    const code = "\tif a:\u202e \n\n  b\u200b = '<&>'\n";
    const root = draw(pieces(`\`\`\`py\n${code}\`\`\`\n`));
    expect(await copied(root)).toBe(code);
    expect(root.querySelector<CodeElement>(".nbstream-code")?.code?.()).toBe(code);
  });

  it("copies indented code without its indent and the blank lines after it", async () => {
    expect(await copied(draw(["    a\n\n      b\n\n\n\ntext"]))).toBe("a\n\n  b\n");
  });

  it("copies what a list holds without the list's indent", async () => {
    expect(await copied(draw(["- a\n\n  ```\n  b\n    c\n  ```\n"]))).toBe("b\n  c\n");
  });

  it("copies what has arrived so far, the unfinished line too", async () => {
    const view = createMarkdownView(document);
    view.append("```\na\nb");
    view.flush();
    expect(await copied(view.element)).toBe("a\nb");
  });

  it("names its language, or that it is text", () => {
    const label = (info: string) =>
      draw([`\`\`\`${info}\na\n\`\`\`\n`]).querySelector(".nbstream-code-language")?.textContent;
    expect(label("python title=x")).toBe("python");
    expect(label("")).toBe("text");
    expect(label("brand-new-lang")).toBe("brand-new-lang");
  });

  it("is not drawn before its language is whole", () => {
    const view = createMarkdownView(document);
    for (const char of "```pyth") {
      view.append(char);
      view.flush();
    }
    expect(view.element.childElementCount).toBe(0);
    view.append("on\n");
    view.flush();
    expect(view.element.querySelector("code")?.className).toBe("language-python");
  });

  it("keeps the nodes of complete lines while more arrive", () => {
    const view = createMarkdownView(document);
    view.append("```py\ndef f():\n");
    view.flush();
    const first = view.element.querySelector(".nbstream-tok-keyword");
    view.append("    return 1");
    view.flush();
    view.append("\n```\n");
    view.flush();
    expect(view.element.querySelector(".nbstream-tok-keyword")).toBe(first);
  });

  it("keeps the nodes of an unfinished line's tokens while it grows, and when it is complete", () => {
    const view = createMarkdownView(document);
    const show = (text: string) => {
      view.append(text);
      view.flush();
      return [...view.element.querySelectorAll("code [class]")];
    };
    const [, keyword] = show("```py\nreturn");
    show(" 12");
    const [, same, number] = show(" + 3");
    const [, still, kept] = show("\nx = ");
    expect(keyword?.textContent).toBe("return");
    expect([same, still]).toEqual([keyword, keyword]);
    expect(number?.textContent).toBe("12");
    expect(kept).toBe(number);
    expect(view.element.querySelector("code")?.textContent).toBe("return 12 + 3\nx = ");
  });

  it("puts 64 lines into a chunk, 8 chunks into a group, later groups by 4 into a region", () => {
    const text = `\`\`\`\n${numberedLines(64 * 8 * 9 + 1)}\n\`\`\`\n`;
    for (const root of [draw([text]), draw(text.match(/.{1,999}/gs) ?? [])]) {
      const sizes = (parent: Element | null) =>
        [...(parent?.children ?? [])].map((child) => child.childElementCount);
      const code = root.querySelector("code");
      expect(sizes(code)).toEqual([8, 8, 8, 8, 4, 2]);
      expect(sizes(code?.children[4] ?? null)).toEqual([8, 8, 8, 8]);
      expect(sizes(code?.lastElementChild ?? null)).toEqual([8, 1]);
      expect(root.querySelector(".nbstream-code-chunk")?.textContent?.split("\n").length).toBe(65);
    }
  });

  it("a block of one group is laid out as it is", () => {
    const root = draw([`\`\`\`\n${numberedLines(64 * 8)}\n\`\`\`\n`]);
    expect(root.querySelector(".nbstream-code-group")).toBeNull();
  });

  it("numbers its lines on demand, those that come later too", () => {
    const view = createMarkdownView(document);
    view.append(`\`\`\`\n${numberedLines(65)}\n`);
    view.flush();
    button(view.element, "Line numbers").click();
    const numbers = () =>
      [...view.element.querySelectorAll("[data-lines]")].map((chunk) =>
        chunk.getAttribute("data-lines")?.split("\n").map(Number),
      );
    expect(numbers()[0]).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
    expect(numbers()[1]).toEqual([65]);
    view.append("one more\n");
    view.flush();
    expect(numbers()[1]).toEqual([65, 66]);
  });

  it("wraps long lines on demand", () => {
    const root = draw(["```\na\n```\n"]);
    const wrap = button(root, "Wrap long lines");
    const block = root.querySelector(".nbstream-code");
    wrap.click();
    expect(wrap.getAttribute("aria-pressed")).toBe("true");
    expect(block?.classList.contains("nbstream-wrap")).toBe(true);
    wrap.click();
    expect(block?.classList.contains("nbstream-wrap")).toBe(false);
  });

  it("can be folded once it is complete, if it is long", () => {
    const view = createMarkdownView(document);
    view.append(`\`\`\`\n${numberedLines(40)}\n`);
    view.flush();
    expect(view.element.querySelector(".nbstream-code-fold")).toBeNull();
    view.append("```\n");
    view.flush();
    const fold = button(view.element, "Fold");
    fold.click();
    expect(fold.textContent).toBe("Show all 40 lines");
    expect(view.element.querySelector(".nbstream-folded")).not.toBeNull();
    fold.click();
    expect(view.element.querySelector(".nbstream-folded")).toBeNull();
  });

  it("is folded by itself only where that is asked for", () => {
    const text = `\`\`\`\n${numberedLines(40)}\n\`\`\`\n`;
    expect(draw([text]).querySelector(".nbstream-folded")).toBeNull();
    expect(draw([text], { foldAfter: 35 }).querySelector(".nbstream-folded")).not.toBeNull();
  });
});

describe("a view", () => {
  it("keeps the text nodes of a growing paragraph, so that a selection survives", () => {
    const view = createMarkdownView(document);
    view.append("some *words* and");
    view.flush();
    const paragraph = view.element.querySelector("p");
    const nodes = [...(paragraph?.childNodes ?? [])];
    view.append(" more, **bold** too\n\nnext");
    view.flush();
    expect([...(paragraph?.childNodes ?? [])].slice(0, 3)).toEqual(nodes);
    expect(paragraph?.childNodes[1]).toBe(nodes[1]);
    expect(paragraph?.childNodes[2]).toBe(nodes[2]);
  });

  it("is empty after a reset and can be used again", () => {
    const view = createMarkdownView(document);
    view.append("# a\n\n[b]\n\n[b]: /u\n");
    view.flush();
    view.append("lost");
    view.reset();
    view.flush();
    expect(view.element.childNodes.length).toBe(0);
    view.append("[b] *c*");
    view.end();
    expect(view.element.innerHTML).toBe("<p>[b] <em>c</em></p>");
  });

  it("takes no text after its end", () => {
    const view = createMarkdownView(document);
    view.append("a");
    view.end();
    view.append("b");
    view.flush();
    view.end();
    expect(view.element.textContent).toBe("a");
  });

  it("redraws only the texts that used a label once it is defined", () => {
    const view = createMarkdownView(document);
    view.append("[a] there\n\n*other*\n\n");
    view.flush();
    const other = view.element.querySelector("em");
    view.append("[a]: https://x.yz\n\n");
    view.flush();
    expect(view.element.querySelector("a")?.getAttribute("href")).toBe("https://x.yz");
    expect(view.element.querySelector("em")).toBe(other);
  });

  describe("of a text that comes with more than 16 KB at once", () => {
    const code = Array.from({ length: 150 }, (_, i) => `s_${i} = """a\n${i} b"""  # c`).join("\n");
    const block = `Before.\n\n\`\`\`py\n${code}\n\`\`\`\n\n- \`\`\`js\n  let a = /* b\n  c */ 1;\n`;
    const text = `${block.repeat(6)}\n\`\`\`py\n${numberedLines(70)}\nreturn`;
    const colours = (root: Element) => root.querySelectorAll("[class^=nbstream-tok-]").length;
    const slowly = (whole: string) => {
      const view = createMarkdownView(document);
      feed(view, pieces(whole, 1, 400));
      return view;
    };

    it("is coloured later, and is then what it is where it comes slowly", () => {
      for (const length of [text.length, text.length - 6, text.length - 7, text.length - 400]) {
        const whole = text.slice(0, length);
        const view = createMarkdownView(document);
        feed(view, [whole]);
        const reference = slowly(whole).element;
        expect(colours(view.element)).toBe(0);
        expect(view.element.textContent).toBe(reference.textContent);
        while (view.unfinished) view.finish();
        expect(view.element.innerHTML).toBe(reference.innerHTML);
      }
    });

    it("may grow while it is coloured", () => {
      const rest = ` s_1\ny = """\n${"z".repeat(3000)}${"more of a long line ".repeat(200)}\n"""\n1\n`;
      for (const steps of [0, 1, 3, 20, 30]) {
        const view = createMarkdownView(document);
        feed(view, [text]);
        for (let i = 0; i < steps; i++) view.finish();
        for (const piece of pieces(rest, steps + 1, 40)) {
          feed(view, [piece]);
          view.finish();
        }
        view.end();
        while (view.unfinished) view.finish();
        const reference = slowly(text + rest);
        reference.end();
        expect(view.element.innerHTML).toBe(reference.element.innerHTML);
      }
    });

    it("keeps its line numbers", () => {
      const view = createMarkdownView(document);
      feed(view, [text]);
      for (const block of view.element.querySelectorAll(".nbstream-code")) {
        button(block, "Line numbers").click();
      }
      const numbers = () =>
        [...view.element.querySelectorAll("[data-lines]")].map((chunk) =>
          chunk.getAttribute("data-lines"),
        );
      const before = numbers();
      expect(before.length).toBeGreaterThan(12);
      while (view.unfinished) view.finish();
      expect(numbers()).toEqual(before);
    });
  });
});
