/** What of an answer becomes which cells. Pure. */
import { blocksOf, type Code, fenced } from "./written";

export interface NewCell {
  readonly cell_type: "code" | "markdown";
  readonly source: string;
}

const OTHER_NAMES: Record<string, readonly string[]> = {
  python: ["py", "python3", "ipython", "ipython3"],
  julia: ["jl"],
};
const SHELLS = ["bash", "sh", "shell", "zsh"];

/** The cell for one block of code; `kernel` is the language of the notebook's kernel. */
export function cellOf({ source, language }: Code, kernel: string): NewCell {
  const code = source.trimEnd();
  if (language === "" || isKernels(language, kernel)) return { cell_type: "code", source: code };
  if (isShells(language, kernel)) return { cell_type: "code", source: `%%bash\n${code}` };
  return { cell_type: "markdown", source: fenced({ source, language }) };
}

/** Those the kernel can run; where none says what it is, all. */
export function runnable(blocks: readonly Code[], kernel: string): readonly Code[] {
  if (blocks.every(({ language }) => language === "")) return blocks;
  return blocks.filter(({ language }) => isKernels(language, kernel) || isShells(language, kernel));
}

/**
 * The answer as cells in its order: code for each fenced block that is in no list or quote and the
 * kernel can run, Markdown for what stands between.
 */
export function cellsOf(answer: string, kernel: string): NewCell[] {
  const parts = blocksOf(answer);
  const codes = runnable(
    parts.filter((part) => typeof part !== "string"),
    kernel,
  );
  const cells: NewCell[] = [];
  let prose: string[] = [];
  const endProse = () => {
    const source = prose.join("\n\n");
    if (source) cells.push({ cell_type: "markdown", source });
    prose = [];
  };
  for (const part of parts) {
    if (typeof part === "string") prose.push(part);
    else if (!codes.includes(part)) prose.push(fenced(part));
    else {
      endProse();
      if (part.source.trim()) cells.push(cellOf(part, kernel));
    }
  }
  endProse();
  return cells;
}

/** Whether running the cell asks a model, and does nothing else, as IPython reads it. */
export function isAsking(source: string): boolean {
  return /^(?:[ \t]*\n)*[ \t]*%%(?:generate|ai)(?=[ \t\n]|$)/.test(source);
}

/** The line that begins a new cell, with the flag that sends the text below it as it is. */
export function asItStands(firstLine: string): string {
  const [line = "", ...more] = firstLine.trim().split("\n");
  const flag = /\s--no-interpolate(?=\s|$)/.test(line) ? "" : " --no-interpolate";
  return [line + flag, ...more].join("\n");
}

/** Whether one of the cells loads nbstream, so that `%%generate` is known once it was run. */
export function loadsNbstream(sources: Iterable<string>): boolean {
  for (const source of sources) {
    if (/^\s*%(re)?load_ext\s+nbstream\b/m.test(source)) return true;
  }
  return false;
}

function isKernels(language: string, kernel: string): boolean {
  const [named, own] = [language.toLowerCase(), kernel.toLowerCase()];
  return named === own || (OTHER_NAMES[own] ?? []).includes(named);
}

/** IPython runs a shell's lines too. */
function isShells(language: string, kernel: string): boolean {
  return kernel.toLowerCase() === "python" && SHELLS.includes(language.toLowerCase());
}
