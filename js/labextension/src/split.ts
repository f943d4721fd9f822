/** What of an answer becomes which cells. Pure. */

export interface NewCell {
  readonly cell_type: "code" | "markdown";
  readonly source: string;
}

export interface Code {
  readonly source: string;
  /** The first word after the fence, or "". */
  readonly language: string;
}

const OTHER_NAMES: Record<string, readonly string[]> = {
  python: ["py", "python3", "ipython", "ipython3"],
  julia: ["jl"],
};
const SHELLS = ["bash", "sh", "shell", "zsh"];
// what nbconvert and GitHub make pictures and maps of
const DRAWN = /^(mermaid|geojson|topojson|stl)/i;
const THOUGHTS = "<details><summary>The model's thoughts</summary>\n\n";
const THOUGHTS_END = "\n\n</details>\n\n";

/** The cell for one block of code; `kernel` is the language of the notebook's kernel. */
export function cellOf({ source, language }: Code, kernel: string): NewCell {
  const code = source.replace(/\n+$/, "");
  if (language === "" || isKernels(language, kernel)) return { cell_type: "code", source: code };
  if (isShells(language, kernel)) return { cell_type: "code", source: `%%bash\n${code}` };
  const runs = code.match(/`{3,}/g) ?? [];
  const marks = "`".repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  const named = /^[\w+#.-]+$/.test(language) && !DRAWN.test(language) ? language : "text";
  return { cell_type: "markdown", source: `${marks}${named}\n${code}\n${marks}` };
}

/** Those the kernel can run; where none says what it is, all. */
export function runnable(blocks: readonly Code[], kernel: string): readonly Code[] {
  if (blocks.every(({ language }) => language === "")) return blocks;
  return blocks.filter(({ language }) => isKernels(language, kernel) || isShells(language, kernel));
}

/**
 * The answer alone, of the Markdown the kernel saved (src/nbstream/sinks/saved.py), in which
 * nothing loads or runs: without the thoughts before it and the footer after it, which a sentence
 * about what went wrong may precede.
 */
export function answerOf(saved: string, hasError: boolean): string {
  let text = saved;
  if (text.startsWith(THOUGHTS)) {
    const end = text.indexOf(THOUGHTS_END);
    text = end < 0 ? "" : text.slice(end + THOUGHTS_END.length);
  }
  for (let parts = hasError ? 2 : 1; parts > 0; parts--) {
    text = text.slice(0, Math.max(text.lastIndexOf("\n\n"), 0));
  }
  return text;
}

/**
 * Such an answer as cells in its order: code for each top-level block the kernel can run, Markdown
 * for what stands between. The kernel wrote each such block between backticks that are not in it.
 */
export function cellsOf(answer: string, kernel: string): NewCell[] {
  const parts = partsOf(answer);
  const codes = runnable(
    parts.filter((part) => typeof part !== "string"),
    kernel,
  );
  const cells: NewCell[] = [];
  let prose: string[] = [];
  const endProse = () => {
    const source = prose.join("\n").trim();
    if (source) cells.push({ cell_type: "markdown", source });
    prose = [];
  };
  for (const part of parts) {
    if (typeof part === "string") prose.push(part);
    else if (!codes.includes(part)) prose.push(part.fenced);
    else {
      endProse();
      if (part.source.trim()) cells.push(cellOf(part, kernel));
    }
  }
  endProse();
  return cells;
}

/** Whether one of the cells loads nbstream, so that `%%generate` is known once it was run. */
export function loadsNbstream(sources: Iterable<string>): boolean {
  for (const source of sources) {
    if (/^\s*%(re)?load_ext\s+nbstream\b/m.test(source)) return true;
  }
  return false;
}

interface Fenced extends Code {
  /** As it stands in the answer. */
  readonly fenced: string;
}

/** Lines, and the fenced blocks between them. */
function partsOf(answer: string): (string | Fenced)[] {
  const lines = answer.split("\n");
  const parts: (string | Fenced)[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const opening = /^(`{3,})([^`]*)$/.exec(line);
    const end = opening ? lines.indexOf(opening[1] ?? "", at + 1) : -1;
    if (!opening || end < 0) {
      parts.push(line);
      continue;
    }
    const source = lines.slice(at + 1, end).join("\n");
    const language = /^\S*/.exec((opening[2] ?? "").trim())?.[0] ?? "";
    parts.push({ source, language, fenced: lines.slice(at, end + 1).join("\n") });
    at = end;
  }
  return parts;
}

function isKernels(language: string, kernel: string): boolean {
  const [named, own] = [language.toLowerCase(), kernel.toLowerCase()];
  return named === own || (OTHER_NAMES[own] ?? []).includes(named);
}

/** IPython runs a shell's lines too. */
function isShells(language: string, kernel: string): boolean {
  return kernel.toLowerCase() === "python" && SHELLS.includes(language.toLowerCase());
}
