import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { take } from "./handover";
import { drawSaved, readSaved } from "./saved";
import type { Model } from "./stub";
import { connect } from "./widget";
import { WireError } from "./wire";

/** Painting waits for animation frames, which a busy machine gives late. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5000 });

const FRAMES = [
  { seq: 0, at_s: 0, type: "start", version: 1, model: "m", started_at: 7 },
  { seq: 1, at_s: 1, type: "phase-start", phase: "thinking" },
  { seq: 2, at_s: 1, type: "reasoning-delta", text: "Hm." },
  { seq: 3, at_s: 4, type: "phase-end", phase: "thinking" },
  { seq: 4, at_s: 5, type: "text-delta", text: "A **bold** answer" },
  { seq: 5, at_s: 6, type: "end", status: "complete" },
];
const saved = (frames: unknown[] = FRAMES) => readSaved({ version: 1, frames });

let host: HTMLElement;
let shown: AbortController;

beforeEach(() => {
  shown = new AbortController();
  host = document.createElement("div");
  document.body.append(host);
});

afterEach(() => {
  shown.abort();
  take(document, saved())?.life.abort();
  document.body.replaceChildren();
});

/** The live output of the same stream, as it stands at the end. */
async function live(): Promise<HTMLElement> {
  const model: Model = { on() {}, off() {}, send() {} };
  const widget = connect(model, new AbortController().signal);
  const el = document.createElement("div");
  document.body.append(el);
  widget.show(el, shown.signal);
  widget.receive({ type: "snapshot", frames: FRAMES });
  const root = el.querySelector<HTMLElement>(".nbstream") as HTMLElement;
  await eventually(() => expect(root.dataset["status"]).toBe("complete"));
  return root;
}

test("a saved answer is drawn at once, and is what the live output came to", async () => {
  const { view } = drawSaved(host, saved());
  const said = (root: HTMLElement, name: string) => root.querySelector(name)?.outerHTML;
  const root = await live();
  expect(view.element.querySelector("strong")?.textContent).toBe("bold");
  for (const part of [".nbstream-ended", ".nbstream-reasoning", ".nbstream-box"]) {
    expect(said(view.element, part)).toBe(said(root, part));
  }
  expect(view.element.querySelector("summary")?.textContent).toBe("Thought for 3.0 s");
});

test("a saved answer is not said aloud", () => {
  const { view } = drawSaved(host, saved());
  expect(view.element.querySelector('[aria-live="polite"]')).toBeNull();
});

test("a live output that is taken away is what the saved one shows", async () => {
  const root = await live();
  shown.abort();
  expect(drawSaved(host, saved()).view.element).toBe(root);
  expect(host.firstChild).toBe(root);
});

test("the live output of another stream is not taken for it", async () => {
  const root = await live();
  shown.abort();
  const [start, ...rest] = FRAMES;
  expect(drawSaved(host, saved([{ ...start, started_at: 8 }, ...rest])).view.element).not.toBe(
    root,
  );
});

test("a live output that nobody takes ends", async () => {
  const root = await live();
  vi.useFakeTimers();
  shown.abort();
  vi.runAllTimers();
  vi.useRealTimers();
  expect(drawSaved(host, saved()).view.element).not.toBe(root);
});

test.each([
  [null],
  [{}],
  [{ version: 2, frames: FRAMES }],
  [{ version: 1, frames: "none" }],
  [{ version: 1, frames: [] }],
  [{ version: 1, frames: FRAMES.slice(0, -1) }],
  [{ version: 1, frames: [{ ...FRAMES[0], version: 9 }] }],
])("what is no finished answer of this version is refused: %j", (json) => {
  expect(() => readSaved(json)).toThrow(WireError);
});

test("a file does not allow its own images", () => {
  const text = "![a](https://images.example/a.png)";
  const frames = FRAMES.map((frame) => (frame.type === "text-delta" ? { ...frame, text } : frame));
  const settings = { image_hosts: ["images.example"] };
  const json = { version: 1, frames, settings, image_hosts: ["images.example"] };
  const { view } = drawSaved(host, readSaved(json));
  expect(view.element.querySelector("img")).toBeNull();
  expect(view.element.querySelector("[role=log] a")?.textContent).toBe("a");
});
