import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Model, Runtime } from "./stub";
import stub from "./stub";
import type { KernelMessage, PageMessage } from "./wire";

/** Painting waits for animation frames, which a busy machine gives late. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5000 });

const runtimes = (globalThis as never)[Symbol.for("nbstream.runtimes")] as Map<
  string,
  Promise<Runtime>
>;
const SNAPSHOT: KernelMessage = { type: "snapshot", frames: [] };

/** A widget's model with the kernel's side in hand. */
function widget() {
  const sent: PageMessage[] = [];
  let listen: ((message: object, buffers: DataView[]) => void) | undefined;
  const model: Model = {
    on: (_name, callback) => {
      listen = callback as never;
    },
    off: () => {
      listen = undefined;
    },
    send: (message) => sent.push(message),
  };
  const control = new AbortController();
  const definition = stub();
  const say = (message: object, ...buffers: DataView[]) => listen?.(message, buffers);
  return { sent, model, control, definition, say, listens: () => listen !== undefined };
}

function fakeRuntime() {
  const received: unknown[] = [];
  const runtime: Runtime = {
    connect: () => ({
      receive: (message) => received.push(message),
      show: (el) => el.append("the view"),
    }),
  };
  return { runtime, received };
}

beforeEach(() => runtimes.clear());
afterEach(() => runtimes.clear());

test("it listens before it says hello, and says hello at once", () => {
  const { model, control, definition, sent } = widget();
  const order: string[] = [];
  const on = vi.spyOn(model, "on").mockImplementation(() => void order.push("on"));
  vi.spyOn(model, "send").mockImplementation((message) => {
    order.push("send");
    sent.push(message);
  });
  expect(definition.initialize({ model, signal: control.signal })).toBeUndefined();
  expect(on).toHaveBeenCalledOnce();
  expect(order).toEqual(["on", "send"]);
  expect(sent).toEqual([{ type: "hello", runtime: "", seq: -1 }]);
});

test("a page that has the runtime says so", () => {
  runtimes.set("tested-runtime", Promise.resolve(fakeRuntime().runtime));
  const { model, control, definition, sent } = widget();
  definition.initialize({ model, signal: control.signal });
  expect(sent).toEqual([{ type: "hello", runtime: "tested-runtime", seq: -1 }]);
});

test("each view that is made is told to the kernel, with the runtime the page has by then", () => {
  const { model, control, definition, sent } = widget();
  const el = document.createElement("div");
  definition.initialize({ model, signal: control.signal });
  definition.render({ model, el, signal: control.signal });
  runtimes.set("tested-runtime", Promise.resolve(fakeRuntime().runtime));
  definition.render({ model, el, signal: control.signal });
  expect(sent.slice(1)).toEqual([
    { type: "shown", runtime: "" },
    { type: "shown", runtime: "tested-runtime" },
  ]);
});

test("messages that come before the runtime are kept in order", async () => {
  const { runtime, received } = fakeRuntime();
  let arrive: (runtime: Runtime) => void = () => {};
  runtimes.set("tested-runtime", new Promise((resolve) => (arrive = resolve)));
  const { model, control, definition, say } = widget();
  definition.initialize({ model, signal: control.signal });
  const first = { type: "frames", after: -1, frames: [] };
  say(first);
  say(SNAPSHOT);
  expect(received).toEqual([]);
  arrive(runtime);
  await eventually(() => expect(received).toEqual([first, SNAPSHOT]));
  say(first);
  expect(received).toHaveLength(3);
});

test("what comes with a message is handed on, before and after the runtime is there", async () => {
  const handed: unknown[] = [];
  const { runtime } = fakeRuntime();
  runtime.connect = () => ({
    receive: (message, buffers) => handed.push([message.type, buffers?.length]),
    show: () => {},
  });
  let arrive: (runtime: Runtime) => void = () => {};
  runtimes.set("tested-runtime", new Promise((resolve) => (arrive = resolve)));
  const { model, control, definition, say } = widget();
  definition.initialize({ model, signal: control.signal });
  const chunk = { type: "chunk", name: "math" };
  say(chunk, new DataView(new ArrayBuffer(1)));
  arrive(runtime);
  await eventually(() => expect(handed).toEqual([["chunk", 1]]));
  say(chunk, new DataView(new ArrayBuffer(1)));
  expect(handed).toHaveLength(2);
});

test("the view takes the place of the waiting line", async () => {
  const { runtime } = fakeRuntime();
  let arrive: (runtime: Runtime) => void = () => {};
  runtimes.set("tested-runtime", new Promise((resolve) => (arrive = resolve)));
  const { model, control, definition } = widget();
  const el = document.createElement("div");
  definition.initialize({ model, signal: control.signal });
  definition.render({ model, el, signal: control.signal });
  expect(el.textContent).toBe("Waiting for the kernel…");
  expect(el.querySelector(".nbstream")?.getAttribute("data-status")).toBe("waiting");
  arrive(runtime);
  await eventually(() => expect(el.textContent).toBe("the view"));
});

test("the pushed runtime is unpacked once for all widgets of the page", async () => {
  const opened: string[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
    opened.push("once");
    return "data:text/javascript,export const connect = () => ({ receive() {}, show() {} });";
  });
  const packed = gzipSync("export {}");
  const bytes = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (const { model, control, definition, say } of [widget(), widget()]) {
    definition.initialize({ model, signal: control.signal });
    say({ type: "runtime", hash: "tested-runtime" }, bytes);
  }
  await runtimes.get("tested-runtime");
  expect(opened).toEqual(["once"]);
});

test("a runtime that does not load is told in a sentence and not kept", async () => {
  const { model, control, definition, say } = widget();
  const el = document.createElement("div");
  definition.initialize({ model, signal: control.signal });
  definition.render({ model, el, signal: control.signal });
  say({ type: "runtime", hash: "x" }, new DataView(new Uint8Array([1, 2, 3]).buffer));
  await eventually(() => expect(el.textContent).toMatch(/could not load nbstream's view/));
  expect(runtimes.size).toBe(0);
});

test("a widget that is gone no longer listens", () => {
  const { model, control, definition, listens } = widget();
  definition.initialize({ model, signal: control.signal });
  expect(listens()).toBe(true);
  control.abort();
  expect(listens()).toBe(false);
});
