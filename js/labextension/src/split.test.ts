import { expect, test } from "vitest";
import { asItStands, cellOf, cellsOf, isAsking, loadsNbstream, runnable } from "./split";

const code = (source: string) => ({ cell_type: "code", source });
const markdown = (source: string) => ({ cell_type: "markdown", source });

test("code for the kernel's language becomes code, all else stays Markdown, in order", () => {
  const answer = [
    ...["# Two", "", "```python", "x = 1", "", "y = 2", "```", "", "```json", "{}", "```", ""],
    ...["- a", "", "  ```python", "  nested", "  ```", "", "```Py", "z", "```"],
  ].join("\n");
  expect(cellsOf(answer, "python")).toEqual([
    markdown("# Two"),
    code("x = 1\n\ny = 2"),
    markdown("```json\n{}\n```\n\n- a\n\n  ```python\n  nested\n  ```"),
    code("z"),
  ]);
  expect(cellsOf(answer, "julia")).toEqual([markdown(answer)]);
});

test("a fence inside a longer fence ends nothing", () => {
  const inner = "```python\nx\n```";
  expect(cellsOf(`\`\`\`\`md\n${inner}\n\`\`\`\`\n\n\`\`\`python\ny\n\`\`\``, "python")).toEqual([
    markdown(`\`\`\`\`md\n${inner}\n\`\`\`\``),
    code("y"),
  ]);
  expect(cellsOf(`\`\`\`\`python\n${inner}\n\`\`\`\``, "python")).toEqual([code(inner)]);
});

test("blocks that do not say what they are become code only where none does", () => {
  expect(cellsOf("```\nx\n```", "python")).toEqual([code("x")]);
  const both = "```\nout\n```\n\n```python\nx\n```";
  expect(cellsOf(both, "python")).toEqual([markdown("```\nout\n```"), code("x")]);
  const blocks = ["", "python", "bash"].map((language) => ({ source: language, language }));
  expect(runnable(blocks, "python").map(({ language }) => language)).toEqual(["python", "bash"]);
  expect(runnable(blocks, "r")).toEqual([]);
});

test("a fence that is never closed is code as it is drawn; an answer without code stays Markdown", () => {
  expect(cellsOf("```python\nx", "python")).toEqual([code("x")]);
  expect(cellsOf("Only *words*.\n", "python")).toEqual([markdown("Only *words*.")]);
  expect(cellsOf("", "python")).toEqual([]);
  expect(cellsOf("```python\n\n```", "python")).toEqual([]);
});

test("a shell's lines are for IPython's %%bash, other languages for a fence that holds them", () => {
  expect(cellOf({ source: "ls\n", language: "sh" }, "python")).toEqual(code("%%bash\nls"));
  expect(cellOf({ source: "ls\n", language: "sh" }, "r")).toEqual(markdown("```sh\nls\n```"));
  expect(cellOf({ source: "a\n```\nb\n", language: "md" }, "python")).toEqual(
    markdown("````md\na\n```\nb\n````"),
  );
  expect(cellOf({ source: "x\n\n", language: "" }, "python")).toEqual(code("x"));
});

test("no fence is drawn as a picture or named by more than a word", () => {
  for (const language of ["mermaid", "geojson", "a`b", "<b>"]) {
    expect(cellOf({ source: "x", language }, "python")).toEqual(markdown("```text\nx\n```"));
  }
});

test("what loads nbstream is seen in any cell's lines", () => {
  expect(loadsNbstream(["x = 1", "import os\n%load_ext nbstream"])).toBe(true);
  expect(loadsNbstream(["%reload_ext  nbstream"])).toBe(true);
  expect(loadsNbstream(["# %load_ext nbstream", "%load_ext autoreload"])).toBe(false);
});

test("only a cell that begins with %%generate or %%ai asks a model, as IPython reads it", () => {
  for (const source of ["%%generate\nx", "%%ai chatgpt\nx", "\n \n  %%generate", "%%ai\tm"]) {
    expect(isAsking(source)).toBe(true);
  }
  const others = ["import os", "# %%generate", "# a\n%%generate\nx", "x = 1\n%%generate", ""];
  const likes = ["%%generated\nx", "%%generate?", "%generate models", "%%bash\n%%ai", "%% ai"];
  for (const source of [...others, ...likes, "'''\n%%generate'''", "\ufeff%%ai\nx"]) {
    expect(isAsking(source)).toBe(false);
  }
});

test("a new cell's line sends the text below as it is, whatever else it says", () => {
  expect(asItStands("%%generate")).toBe("%%generate --no-interpolate");
  expect(asItStands("%%ai m --chat ")).toBe("%%ai m --chat --no-interpolate");
  expect(asItStands("%%generate --no-interpolate -f text")).toBe(
    "%%generate --no-interpolate -f text",
  );
  expect(asItStands("%%generate\nBriefly:")).toBe("%%generate --no-interpolate\nBriefly:");
});
