import { describe, expect, it } from "vitest";
import { createMarkdownView } from "./index.js";
import type { MathRenderer } from "./mathematics.js";
import { draw, feed, pieces } from "./testing/draw.js";

/** Writes what it was given, so that a test can read it. */
const spelled: MathRenderer = {
  render(tex, display, host) {
    if (tex.includes("\\wrong")) throw new Error("no such command");
    host.textContent = `${display ? "block" : "inline"}:${tex.trim()}`;
  },
};
const loadMath = () => Promise.resolve(spelled);

async function mathIn(text: string): Promise<string[]> {
  const element = draw([text], { loadMath });
  await Promise.resolve();
  return [...element.querySelectorAll(".nbstream-math")].map((each) => each.textContent ?? "");
}

const INLINE: [text: string, ...math: string[]][] = [
  ["An $x^2$ and $\\frac{a}{b}$.", "inline:x^2", "inline:\\frac{a}{b}"],
  ["It is \\(x_1 + x_2\\).", "inline:x_1 + x_2"],
  ["So \\[x = 1\\] it is.", "block:x = 1"],
  ["So $$x = 1$$ it is.", "block:x = 1"],
  ["$a*b*c$ and *$d$*", "inline:a*b*c", "inline:d"],
  ["$a$-th, ($b$), **$c$**", "inline:a", "inline:b", "inline:c"],
  ["over $a +\nb$ lines", "inline:a +\nb"],
  ["a $\\$5$ price", "inline:\\$5"],
  ["| $a$ | b |\n|-|-|\n| c | $d$ |", "inline:a", "inline:d"],
  ["# On $x$", "inline:x"],
  ["It costs $5 and $6, with $x^2$.", "inline:x^2"],
];
const BLOCKS: [text: string, ...math: string[]][] = [
  ["$$\nx = 1\n$$", "block:x = 1"],
  ["where\n$$\nx\n+ y\n- z\n= 1\n$$\nholds", "block:x\n+ y\n- z\n= 1"],
  [
    "\\[\n\\begin{aligned}\na &= b \\\\\n> c\n\\end{aligned}\n\\]",
    "block:\\begin{aligned}\na &= b \\\\\n> c\n\\end{aligned}",
  ],
  ["- item\n\n  $$\n  x\n  $$\n- next", "block:x"],
  ["> $$\n> x\n> y $$\n", "block:x\ny"],
  ["text $$\nx\n$$ more", "block:x"],
];
const NONE = [
  "It costs $5 and $6.",
  "It costs $5, or 6$7.",
  "from $HOME to $PATH",
  "`$x$` and ``a $y$``",
  "```\n$x$\n\n$$\ny\n$$\n```",
  "\\$x\\$ and \\$y$",
  "$ x$ and $x $",
  "a $x and no more",
  "a \\(x and no more",
  "\\(\\) \\[\\\\\\] $$$$ $$",
  "$$\n\ny\n\n$$ z",
  "$$ is the shell's own number",
  "[a](/u?$x) and [b](/u?y)",
];

describe("TeX in a text", () => {
  it.each([...INLINE, ...BLOCKS])("is found in %j", async (text, ...math) => {
    expect(await mathIn(text)).toEqual(math);
  });

  it.each(NONE)("is not found in %j", async (text) => {
    expect((await mathIn(text)).filter((each) => each.includes(":"))).toEqual([]);
  });

  it.each([...INLINE, ...BLOCKS, ...NONE.map((text) => [text])])(
    "ends the same character by character: %j",
    async (text) => {
      const streamed = draw([...text], { loadMath });
      const whole = draw([text], { loadMath });
      await Promise.resolve();
      expect(streamed.outerHTML).toBe(whole.outerHTML);
    },
  );

  it("stands as it was written until it is complete, and where nothing can draw it", async () => {
    const view = createMarkdownView(document, { loadMath });
    feed(view, ["It is $x"]);
    expect(view.element.textContent).toBe("It is $x");
    feed(view, ["^2$"]);
    await Promise.resolve();
    expect(view.element.textContent).toBe("It is inline:x^2");
    expect(draw(["It is $x^2$"]).textContent).toBe("It is $x^2$");
    const refused = draw(["$x$"], { loadMath: () => Promise.reject(new Error("gone")) });
    await Promise.resolve();
    expect(refused.textContent).toBe("$x$");
    expect(await mathIn("a $\\wrong{x}$")).toEqual(["$\\wrong{x}$"]);
  });

  it("asks for what draws it once, and only if there is any", async () => {
    let asked = 0;
    const counting = () => {
      asked++;
      return loadMath();
    };
    draw(["It costs $5 and $6."], { loadMath: counting });
    expect(asked).toBe(0);
    draw(pieces("$x$ and $y$\n\n$$\nz\n$$\n"), { loadMath: counting });
    await Promise.resolve();
    expect(asked).toBe(1);
  });

  it("an open formula of any length costs its length", () => {
    const text = `$a ${"$b ".repeat(20_000)}`;
    expect(draw([text]).textContent?.length).toBe(text.length - 1);
    const nested = "\\(".repeat(20_000);
    expect(draw([nested]).textContent?.length).toBe(20_000);
  });
});
