/**
 * Plays frames into one view for each state, and one for each of the constructs.
 * `?theme=light|dark|contrast` sets JupyterLab's variables, `?show=NAME` shows that one alone.
 */
import * as math from "../src/math";
import { addStyles } from "../src/styles";
import { EMPTY, fold } from "../src/transcript";
import { createAnswerView } from "../src/view";
import { type Frame, readFrame } from "../src/wire";
import { CONSTRUCTS } from "./constructs";

type Event = [number, string, object?];

const ANSWER = `Here is a function that walks a folder and sums the sizes of its files. It *ignores*
what it may not read, and follows **no** symbolic links.

\`\`\`python
from pathlib import Path

def size_of(folder: Path) -> int:
    """Bytes of all regular files below \`folder\`."""
    total = 0
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            total += path.stat().st_size  # in bytes
    return total
\`\`\`

1. Call it with a \`Path\`.
2. Divide by 1024 for KiB.

> Sizes on disk may differ: file systems allocate whole blocks.

| unit | bytes |
|------|------:|
| KiB  | 1,024 |
| MiB  | 1,048,576 |

`;
const THOUGHT =
  "The user wants the size of a folder. rglob is simplest; links must not be followed.";
const HALF = ANSWER.slice(0, 420);
const start: Event = [0, "start", { version: 1, model: "openai/gpt-6-sol", started_at: 0 }];
const phase = (at: number, name: string, detail = ""): Event => [
  at,
  "phase-start",
  { phase: name, detail },
];
const text = (at: number, words: string): Event => [at, "text-delta", { text: words }];
const progress = (at: number, tokens: number, fraction: number | null): Event => [
  at,
  "progress",
  { tokens, fraction, source: fraction === null ? "none" : "max_tokens" },
];
const end = (at: number, status: string, more = {}): Event => [at, "end", { status, ...more }];
const writing = [start, phase(0.1, "waiting"), phase(0.42, "writing")];

const STATES: Record<string, Event[]> = {
  "no frame yet": [],
  "waiting, nothing known": [start, phase(0.1, "waiting")],
  "loading the local model": [start, phase(0.1, "loading", "qwen3-0.6b, 412 of 639 MB")],
  "trying again": [
    start,
    phase(0.1, "waiting"),
    [0.4, "reset", { attempt: 1, wait_s: 8, cause: "429" }],
    phase(0.4, "retrying"),
  ],
  thinking: [
    start,
    phase(0.5, "thinking"),
    [0.6, "reasoning-delta", { text: THOUGHT }],
    progress(2.1, 61, 0.03),
  ],
  "writing, measured by max_tokens": [...writing, text(3.1, HALF), progress(3.2, 118, 0.38)],
  "writing, nothing to measure by": [...writing, text(3.1, HALF), progress(3.2, 118, null)],
  cancelling: [...writing, text(3.1, HALF), progress(3.2, 118, 0.38)],
  "writing, long": [...writing, text(9.1, ANSWER.repeat(4)), progress(9.2, 1843, 0.71)],
  "writing, reader has scrolled up": [
    ...writing,
    text(9.1, ANSWER.repeat(4)),
    progress(9.2, 1843, 0.71),
  ],
  complete: [
    start,
    phase(0.5, "thinking"),
    [0.6, "reasoning-delta", { text: THOUGHT }],
    phase(4.7, "writing"),
    text(7.9, ANSWER),
    [8, "usage", { input_tokens: 31, output_tokens: 412 }],
    end(8.1, "complete", { model: "gpt-6-sol-2026-09-01" }),
  ],
  cancelled: [...writing, text(3.1, HALF), progress(3.2, 118, 0.38), end(4, "cancelled")],
  "failed in mid-stream": [
    ...writing,
    text(3.1, HALF),
    progress(3.2, 118, 0.38),
    end(4, "failed", {
      error:
        "openai ended the stream without saying that the answer is complete; run the cell again.",
    }),
  ],
  "failed at once": [
    start,
    [0.2, "notice", { level: "warning", text: "gpt-6-sol takes no temperature; it was left out." }],
    end(0.4, "failed", { error: "OpenAI refused the key (401); check OPENAI_API_KEY." }),
  ],
  truncated: [
    ...writing,
    text(3.1, HALF),
    progress(3.2, 118, 0.99),
    end(20, "truncated", { error: "The answer was cut at max_tokens=120." }),
  ],
  "cancelled before anything came": [start, phase(0.1, "waiting"), end(2.2, "cancelled")],
};

for (const [name, construct] of Object.entries(CONSTRUCTS)) {
  STATES[name] = [...writing, text(3.1, construct), end(3.4, "complete")];
}

const asked = new URLSearchParams(location.search);
const theme = asked.get("theme");
const shown = asked.get("show");
if (theme) document.body.dataset["theme"] = theme;

for (const [name, events] of Object.entries(STATES)) {
  if (shown !== null && shown !== name) continue;
  const frames = events.map(([at_s, type, more], seq) => readFrame({ seq, at_s, type, ...more }));
  show(name, frames);
}

function show(name: string, frames: Frame[]): void {
  const heading = document.createElement("h2");
  heading.textContent = name;
  const host = document.createElement("section");
  document.body.append(heading, host);
  addStyles(host);
  const transcript = frames.reduce(fold, EMPTY);
  const began = performance.now() - transcript.atS * 1000;
  const view = createAnswerView(document, {
    signal: new AbortController().signal,
    elapsedS: () => (performance.now() - began) / 1000,
    cancel: () => {},
    loadMath: () => Promise.resolve(math),
  });
  host.append(view.element);
  view.update({ ...transcript, transcript, dropped: false });
  if (name === "cancelling") host.querySelector<HTMLElement>(".nbstream-cancel")?.click();
  if (name in CONSTRUCTS) view.element.dataset["whole"] = "";
  if (name === "thinking") host.querySelector("details")?.setAttribute("open", "");
  if (name.includes("scrolled")) {
    setTimeout(() => {
      const box = host.querySelector(".nbstream-scroll");
      box?.dispatchEvent(new WheelEvent("wheel", { deltaY: -400 }));
      box?.scrollTo(0, 300);
    }, 300);
  }
}
