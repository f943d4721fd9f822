import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SHOWN, type Shown } from "./shown";
import { EMPTY, fold, type Transcript } from "./transcript";
import { type AnswerView, createAnswerView } from "./view";
import { readFrame } from "./wire";

/** Painting waits for animation frames, which a busy machine gives late. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5000 });

type Event = [number, string, object?];

const START: Event = [0, "start", { version: 1, model: "replay/demo", started_at: 0 }];
const text = (at: number, words: string): Event => [at, "text-delta", { text: words }];
const end = (at: number, status: string, error = ""): Event => [at, "end", { status, error }];

let control: AbortController;
let cancel: ReturnType<typeof vi.fn<() => void>>;
let view: AnswerView;
let elapsed: number;
let shown: Transcript;

beforeEach(() => {
  control = new AbortController();
  cancel = vi.fn<() => void>();
  elapsed = 0;
  shown = EMPTY;
  view = createAnswerView(document, { signal: control.signal, elapsedS: () => elapsed, cancel });
  document.body.append(view.element);
});

afterEach(() => {
  control.abort();
  document.body.replaceChildren();
});

/** Shows these events after those shown before. */
function play(...events: Event[]): void {
  let [added, reasoning, dropped] = ["", "", false];
  for (const [at_s, type, more] of events) {
    const frame = readFrame({ seq: shown.seq + 1, at_s, type, ...more });
    shown = fold(shown, frame);
    if (frame.type === "reset") [added, reasoning, dropped] = ["", "", true];
    if (frame.type === "text-delta") added += frame.text;
    if (frame.type === "reasoning-delta") reasoning += frame.text;
  }
  view.update({ transcript: shown, text: added, reasoning, dropped });
}

const find = (selector: string) => view.element.querySelector<HTMLElement>(selector);
const said = (selector: string) => {
  const found = find(selector);
  return found && !found.hidden ? found.textContent : null;
};
const log = () => find('[role="log"]')?.textContent?.trim();
const button = () => find(".nbstream-cancel") as HTMLButtonElement;
const status = () => view.element.dataset["status"];
const ended = () => eventually(() => expect(find(".nbstream-ended")?.hidden).toBe(false));
const press = (target: Element, key: string) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
};

test("before any frame it waits, with the time and Cancel", () => {
  expect(view.element.className).toBe("nbstream");
  expect(status()).toBe("waiting");
  expect(said(".nbstream-elapsed")).toBe("0.0 s");
  expect(button().textContent).toBe("Cancel");
  expect(button().title).toBe("Cancel (Esc)");
});

test("model and phase show before the first token", async () => {
  play(START, [0.1, "phase-start", { phase: "loading", detail: "qwen" }]);
  await eventually(() => expect(said(".nbstream-head .nbstream-model")).toBe("replay/demo"));
  expect(said(".nbstream-phase")).toBe("Loading the model: qwen");
  expect(find('[role="progressbar"]')?.hasAttribute("aria-valuenow")).toBe(false);
});

test("text grows inside a log that is not read out", async () => {
  play(START, text(0.2, "Hello"));
  await eventually(() => expect(log()).toBe("Hello"));
  play(text(0.3, ", world"));
  await eventually(() => expect(log()).toBe("Hello, world"));
  expect(status()).toBe("streaming");
  expect(find('[role="log"]')?.getAttribute("aria-live")).toBe("off");
});

test("the time ticks between frames", async () => {
  play(START);
  elapsed = 2.34;
  await eventually(() => expect(said(".nbstream-elapsed")).toBe("2.3 s"));
});

test("progress never goes back and is full only when complete", async () => {
  const bar = find('[role="progressbar"]');
  const progress = (at: number, fraction: number | null): Event =>
    [...[at, "progress", { fraction, source: "max_tokens", tokens: 10 }]] as unknown as Event;
  play(START, text(0.2, "a"), progress(0.3, 0.4));
  await eventually(() => expect(bar?.getAttribute("aria-valuenow")).toBe("40"));
  play(progress(0.4, 0.2), [0.4, "notice", { level: "info", text: "seen" }]);
  await eventually(() => expect(said(".nbstream-notice-text")).toBe("seen"));
  expect(bar?.getAttribute("aria-valuenow")).toBe("40");
  play(end(0.5, "complete"));
  await eventually(() => expect(bar?.getAttribute("aria-valuenow")).toBe("100"));
});

test("a click on Cancel cancels once and says that it does", async () => {
  play(START);
  button().click();
  button().click();
  press(view.element, "Escape");
  expect(cancel).toHaveBeenCalledOnce();
  expect(button().disabled).toBe(true);
  expect(button().textContent).toBe("Cancelling…");
});

test("Escape inside the output cancels and does not reach the notebook", () => {
  const notebook = vi.fn();
  document.body.addEventListener("keydown", notebook, { once: true });
  const event = press(find(".nbstream-scroll") as Element, "Escape");
  expect(cancel).toHaveBeenCalledOnce();
  expect(event.defaultPrevented).toBe(true);
  expect(notebook).not.toHaveBeenCalled();
});

test("single keys on a button of the output are no commands of the notebook's", () => {
  const notebook = vi.fn();
  document.body.addEventListener("keydown", notebook);
  press(button(), "d");
  expect(notebook).not.toHaveBeenCalled();
  press(button(), "i");
  document.body.removeEventListener("keydown", notebook);
  expect(notebook).toHaveBeenCalledOnce();
});

test("other keys, and Escape after the end, belong to the notebook", async () => {
  const notebook = vi.fn();
  document.body.addEventListener("keydown", notebook);
  press(view.element, "i");
  play(START, end(1, "complete"));
  await ended();
  press(view.element, "Escape");
  document.body.removeEventListener("keydown", notebook);
  expect(notebook).toHaveBeenCalledTimes(2);
  expect(cancel).not.toHaveBeenCalled();
});

test("a finished answer has a line of model, status, tokens, cost and time", async () => {
  const usage = { output_tokens: 412, cost_usd: 0.0041 };
  play(START, text(0.2, "Hi"), [1, "usage", usage], end(8.1, "complete"));
  await ended();
  const parts = [...(find(".nbstream-ended > .nbstream-facts")?.children ?? [])] as HTMLElement[];
  expect(
    parts.filter((part) => !part.hidden && part.textContent).map((p) => p.textContent),
  ).toEqual(["Complete", "replay/demo", "412 tokens", "$0.0041", "8.1 s"]);
  expect(status()).toBe("complete");
});

test("a failure keeps the text and says its sentence", async () => {
  play(START, text(0.2, "As far as"), end(1, "failed", "The key was refused."));
  await ended();
  expect(log()).toBe("As far as");
  expect(said(".nbstream-error")).toBe("The key was refused.");
  expect(said(".nbstream-status")).toBe("Failed");
});

test("start and end are said once in a polite region, not each token", async () => {
  const region = find('[aria-live="polite"]');
  play(START, text(0.2, "Hi"));
  await eventually(() => expect(region?.textContent).toBe("replay/demo is answering"));
  play(end(2, "cancelled"));
  await eventually(() => expect(region?.textContent).toBe("Cancelled after 2.0 s."));
});

test("a retry counts down and is gone with the first token", async () => {
  play(START, [1, "reset", { attempt: 1, wait_s: 3, cause: "429" }]);
  elapsed = 2.5;
  await eventually(() => expect(said(".nbstream-retry")).toBe("429, trying again in 2 s"));
  play(text(4, "Hi"));
  await eventually(() => expect(find(".nbstream-retry")?.hidden).toBe(true));
});

test("a reset drops the text that was shown", async () => {
  play(START, text(0.2, "Wrong"));
  await eventually(() => expect(log()).toBe("Wrong"));
  play([1, "reset", { attempt: 1, wait_s: 0, cause: "529" }], text(2, "Right"));
  await eventually(() => expect(log()).toBe("Right"));
});

test("what is shown whole, and then dropped, offers no more of it", async () => {
  const scroller = find(".nbstream-scroll") as HTMLElement;
  Object.defineProperty(scroller, "scrollHeight", { value: 900 });
  play(START, text(0.2, "Wrong"));
  await eventually(() => expect(said(".nbstream-expand")).toBe("Show all"));
  find(".nbstream-expand")?.click();
  play([1, "reset", { attempt: 1, wait_s: 9, cause: "529" }]);
  await eventually(() => expect(said(".nbstream-expand")).toBeNull());
  play(text(2, "Right"));
  await eventually(() => expect(said(".nbstream-expand")).toBe("Show less"));
});

test("thoughts are folded away from the answer", async () => {
  play(
    START,
    [0.5, "phase-start", { phase: "thinking" }],
    [0.6, "reasoning-delta", { text: "Hm" }],
  );
  await eventually(() => expect(said(".nbstream-reasoning-label")).toBe("Thinking…"));
  expect((find("details") as HTMLDetailsElement).open).toBe(false);
  expect(said(".nbstream-reasoning-text")).toBe("Hm");
  play([4.7, "phase-start", { phase: "writing" }], text(4.7, "Yes"));
  await eventually(() => expect(said(".nbstream-reasoning-label")).toBe("Thought for 4.2 s"));
  await eventually(() => expect(log()).toBe("Yes"));
});

test("focus stays in the output when its button goes", async () => {
  play(START);
  button().focus();
  play(end(1, "complete"));
  await ended();
  expect(document.activeElement).toBe(view.element);
});

test("what the model writes is text, never markup", async () => {
  const hostile = '<img src=x onerror="alert(1)"><script>alert(1)</script>';
  play(START, [0.1, "notice", { level: "info", text: hostile }], text(0.2, hostile));
  play([0.3, "reasoning-delta", { text: hostile }], end(1, "failed", hostile));
  await ended();
  expect(view.element.querySelector("img, script")).toBeNull();
  expect(said(".nbstream-error")).toBe(hostile);
});

test("what was attached shows while it runs and when it has ended", async () => {
  const size = { characters: 12, tokens: 3 };
  play(START, [0, "attachment", { name: "df", kind: "pandas DataFrame", ...size }]);
  await eventually(() => expect(said(".nbstream-attachments")).toBe("df 12 characters"));
  play(text(1, "Hi"), end(2, "complete"));
  await ended();
  expect(said(".nbstream-attachments")).toBe("df 12 characters");
});

test("text grows evenly, or is there at once where the reader wants it so", () => {
  const frames: FrameRequestCallback[] = [];
  vi.spyOn(window, "requestAnimationFrame").mockImplementation((draw) => frames.push(draw));
  const words = "word ".repeat(400).trim();
  play(START, text(1, words));
  frames.pop()?.(0);
  expect(log()?.length).toBeLessThan(words.length);
  view.set({ smooth: false });
  frames.pop()?.(0);
  expect(log()).toBe(words);
});

test("code of much text at once is coloured in the frames after, of a saved answer too", async () => {
  const much = `\`\`\`py\n${"return 1\n".repeat(3000)}\`\`\`\n`;
  const coloured = (root: HTMLElement) => root.querySelectorAll(".nbstream-tok-keyword").length;
  play(START, text(0, much));
  await eventually(() => expect(coloured(view.element)).toBe(3000));
  play(end(1, "complete"));
  const { signal } = control;
  const saved = createAnswerView(document, { signal, elapsedS: () => 1, cancel, saved: true });
  saved.update({ transcript: shown, text: much, reasoning: "", dropped: false });
  expect(saved.element.querySelector("code")?.textContent).toBe("return 1\n".repeat(3000));
  expect(coloured(saved.element)).toBe(0);
  await eventually(() => expect(coloured(saved.element)).toBe(3000));
});

test("text is there at once for a reader who wants less motion", () => {
  view.element.remove();
  const frames: FrameRequestCallback[] = [];
  vi.spyOn(window, "requestAnimationFrame").mockImplementation((draw) => frames.push(draw));
  const motion = { matches: false };
  vi.spyOn(window, "matchMedia").mockImplementation(
    (query) => (/prefers-reduced-motion: *reduce/.test(query) ? motion : {}) as MediaQueryList,
  );
  const options = { signal: control.signal, elapsedS: () => 0, cancel };
  view = createAnswerView(document, options);
  const words = "word ".repeat(400).trim();
  play(START, text(1, words));
  frames.pop()?.(0);
  expect(log()?.length).toBeLessThan(words.length);
  motion.matches = true;
  frames.pop()?.(0);
  expect(log()).toBe(words);
});

test("the page is told of every state, also of a view that is not in it, and what cancels it", async () => {
  const told: Shown[] = [];
  document.addEventListener(SHOWN, (event) => told.push((event as CustomEvent<Shown>).detail), {
    signal: control.signal,
  });
  view.element.remove();
  play(START, text(1, "Hello"));
  await eventually(() => expect(told.at(-1)?.transcript.status).toBe("streaming"));
  expect(told.at(-1)?.root).toBe(view.element);
  expect(told.at(-1)?.cancel()).toBe(true);
  expect(cancel).toHaveBeenCalledOnce();
  play(end(2, "cancelled"));
  await eventually(() => expect(told.at(-1)?.transcript.status).toBe("cancelled"));
  expect(told.at(-1)?.cancel()).toBe(false);
  const before = told.length;
  view.restore();
  expect(told.length).toBe(before + 1);
});
