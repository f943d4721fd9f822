import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MIME, readSaved } from "./saved";
import type { Connection, Model } from "./stub";
import { connect } from "./widget";
import type { PageMessage } from "./wire";

/** Painting waits for animation frames, which a busy machine gives late. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5000 });

const WIDGET = "application/vnd.jupyter.widget-view+json";
const START = { seq: 0, at_s: 0, type: "start", version: 1, model: "m", started_at: 0 };
const text = (seq: number, words: string) => ({ seq, at_s: seq, type: "text-delta", text: words });

let sent: PageMessage[];
let events: Map<string, () => void>;
let control: AbortController;
let connection: Connection;
let manager: object | undefined;

beforeEach(() => {
  sent = [];
  events = new Map();
  control = new AbortController();
  manager = undefined;
  const model: Model = {
    get widget_manager() {
      return manager;
    },
    on: (name, callback) => void events.set(name, callback as () => void),
    off: (name) => void events.delete(name),
    send: (message) => void sent.push(message),
  };
  connection = connect(model, control.signal);
});

afterEach(() => {
  control.abort();
  document.body.replaceChildren();
});

function show(signal = control.signal): HTMLElement {
  const el = document.createElement("div");
  document.body.append(el);
  connection.show(el, signal);
  return el;
}

const log = (el: HTMLElement) => el.querySelector('[role="log"]')?.textContent?.trim();
const status = (el: HTMLElement) => el.querySelector<HTMLElement>(".nbstream")?.dataset["status"];

test("a view made late shows the whole text so far and goes on", async () => {
  connection.receive({ type: "frames", after: -1, frames: [START, text(1, "so far")] });
  const el = show();
  await eventually(() => expect(log(el)).toBe("so far"));
  connection.receive({ type: "frames", after: 1, frames: [text(2, " and on")] });
  await eventually(() => expect(log(el)).toBe("so far and on"));
});

test("two views of one widget show the same", async () => {
  const views = [show(), show()];
  connection.receive({ type: "snapshot", frames: [START, text(1, "both")] });
  for (const el of views) await eventually(() => expect(log(el)).toBe("both"));
});

test("images come from the hosts the reader allows, in views made later as well", async () => {
  const early = show();
  const image = text(1, "![a](https://images.example/a.png)\n");
  const settings = { image_hosts: ["images.example"] };
  connection.receive({ type: "frames", after: -1, frames: [START, image], settings });
  for (const el of [early, show()]) {
    await eventually(() => expect(el.querySelectorAll("img")).toHaveLength(1));
  }
});

test("Cancel goes to the kernel", () => {
  show().querySelector<HTMLElement>(".nbstream-cancel")?.click();
  expect(sent).toEqual([{ type: "cancel" }]);
});

test("a gap is asked for while the text stays", async () => {
  const el = show();
  connection.receive({ type: "frames", after: -1, frames: [START, text(1, "here")] });
  connection.receive({ type: "frames", after: 7, frames: [text(8, "late")] });
  expect(sent).toEqual([{ type: "sync", seq: 1 }]);
  await eventually(() => expect(log(el)).toBe("here"));
});

test("a kernel that is gone in mid-stream ends the view with what had arrived", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const el = show();
  connection.receive({ type: "frames", after: -1, frames: [START, text(1, "kept")] });
  events.get("comm_live_update")?.();
  expect(sent).toEqual([{ type: "sync", seq: 1 }]);
  vi.runAllTimers();
  vi.useRealTimers();
  await eventually(() => expect(status(el)).toBe("failed"));
  expect(log(el)).toBe("kept");
  expect(el.querySelector(".nbstream-error")?.textContent).toMatch(/^The kernel is gone/);
});

test("a kernel that was thought gone and speaks again is shown again, whole", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const el = show();
  connection.receive({ type: "frames", after: -1, frames: [START, text(1, "kept")] });
  events.get("comm_live_update")?.();
  vi.runAllTimers();
  vi.useRealTimers();
  await eventually(() => expect(status(el)).toBe("failed"));
  connection.receive({ type: "frames", after: 1, frames: [text(2, " and more")] });
  await eventually(() => expect(log(el)).toBe("kept and more"));
  expect(status(el)).toBe("streaming");
  expect(el.querySelector<HTMLElement>(".nbstream-ended")?.hidden).toBe(true);
});

test.each(["connected", "connecting"])(
  "a kernel that says nothing and is %s: what had arrived takes the place of the live output",
  (connectionStatus) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const outputs = [{ data: { [WIDGET]: { model_id: "w" }, "text/plain": "m …" } } as object];
    const cells = [
      {
        outputs: {
          length: 1,
          get: () => outputs[0],
          set: (_: number, output: object) => outputs.push(output),
        },
      },
    ];
    const sessionContext = { session: { kernel: { connectionStatus } } };
    manager = { context: { model: { cells }, sessionContext } };
    show();
    const frames = [START, text(1, "kept")];
    connection.receive({ type: "snapshot", frames, model_id: "w" });
    events.get("comm_live_update")?.();
    vi.runAllTimers();
    vi.useRealTimers();
    const put = outputs.slice(1) as { data: Record<string, unknown> }[];
    expect(put.length).toBe(connectionStatus === "connected" ? 1 : 0);
    for (const { data } of put) {
      expect(data["text/plain"]).toMatch(/^kept\n\nThe kernel is gone/);
      const read = readSaved(data[MIME]);
      expect([read.text, read.status, read.model]).toEqual(["kept", "failed", "m"]);
    }
  },
);

test("the kernel is told when the last view of an answer that has ended is gone", () => {
  const [one, other] = [new AbortController(), new AbortController()];
  show(one.signal);
  show(other.signal);
  const end = { seq: 1, at_s: 1, type: "end", status: "complete" };
  connection.receive({ type: "snapshot", frames: [START] });
  connection.receive({ type: "frames", after: 0, frames: [end] });
  one.abort();
  expect(sent).toEqual([]);
  other.abort();
  expect(sent).toEqual([{ type: "released" }]);
});

test("a kernel that answers in time was never gone", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  connection.receive({ type: "frames", after: -1, frames: [START] });
  events.get("comm_live_update")?.();
  connection.receive({ type: "snapshot", frames: [START, text(1, "here")] });
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("a kernel that goes after the end changes nothing", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const el = show();
  const end = { seq: 1, at_s: 1, type: "end", status: "complete" };
  connection.receive({ type: "frames", after: -1, frames: [START, end] });
  events.get("comm_live_update")?.();
  vi.runAllTimers();
  vi.useRealTimers();
  await eventually(() => expect(status(el)).toBe("complete"));
});

test("a frame of a newer nbstream is told, not guessed at", async () => {
  const el = show();
  connection.receive({ type: "frames", after: -1, frames: [{ ...START, version: 2 }] });
  await eventually(() => expect(status(el)).toBe("failed"));
  expect(el.querySelector(".nbstream-error")?.textContent).toMatch(/version 2/);
});

test("a view that is closed is no longer painted", async () => {
  const closing = new AbortController();
  const el = show(closing.signal);
  const other = show();
  closing.abort();
  connection.receive({ type: "snapshot", frames: [START, text(1, "words")] });
  await eventually(() => expect(log(other)).toBe("words"));
  expect(log(el)).toBe("");
});

test("the style sheet stands once in the page", () => {
  show();
  show();
  expect(document.querySelectorAll("style[data-nbstream]").length).toBe(1);
});

test("math is asked for when there is some, once it is here never again", async () => {
  const code = "export const render = (tex, display, host) => host.append(' drawn');";
  const address = `data:text/javascript,${encodeURIComponent(code)}`;
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => address);
  const asked = () => sent.filter(({ type }) => type === "chunk");
  const el = show();
  connection.receive({ type: "snapshot", frames: [START, text(1, "It costs $5.\n\n")] });
  await eventually(() => expect(log(el)).toBe("It costs $5."));
  expect(asked()).toEqual([]);
  connection.receive({ type: "frames", after: 1, frames: [text(2, "It is $x$.")] });
  await eventually(() => expect(asked()).toEqual([{ type: "chunk", name: "math" }]));
  expect(log(el)).toContain("It is $x$.");
  const packed = gzipSync("export {}");
  const bytes = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  connection.receive({ type: "chunk", name: "math" }, [bytes as DataView<ArrayBuffer>]);
  await eventually(() => expect(log(el)).toContain("It is $x$ drawn."));
  const later = show();
  await eventually(() => expect(log(later)).toContain("It is $x$ drawn."));
  expect(asked()).toHaveLength(1);
});
