/**
 * The widget's `_esm`: stored once per widget in saved notebooks, so it does the least it can. It
 * listens at once, fetches the runtime from the kernel once per page, and hands everything on.
 */
import type { ChunkMessage, KernelMessage, PageMessage, SettledMessage } from "./wire";

/** The hash of the runtime this stub was built with. */
declare const NBSTREAM_RUNTIME: string;

export interface Model {
  on(name: string, callback: (...args: never[]) => void): void;
  off(name: string, callback: (...args: never[]) => void): void;
  send(message: PageMessage): void;
  /** The front end's own; JupyterLab's knows the notebook. */
  readonly widget_manager?: unknown;
}

type Message = KernelMessage | ChunkMessage | SettledMessage;
type Buffers = DataView<ArrayBuffer>[];

export interface Connection {
  receive(message: Message, buffers?: Buffers): void;
  show(el: HTMLElement, signal: AbortSignal): void;
}

export interface Runtime {
  connect(model: Model, signal: AbortSignal): Connection;
}

type RuntimeMessage = { type: "runtime"; hash: string };

const key = Symbol.for("nbstream.runtimes");
const page = globalThis as { [key]?: Map<string, Promise<Runtime>> };
page[key] ??= new Map();
const runtimes = page[key];

async function open(gzip: DataView<ArrayBuffer>): Promise<Runtime> {
  const plain = new Blob([gzip]).stream().pipeThrough(new DecompressionStream("gzip"));
  const source = new Blob([await new Response(plain).text()], { type: "text/javascript" });
  const url = URL.createObjectURL(source);
  try {
    return (await import(url)) as Runtime;
  } finally {
    URL.revokeObjectURL(url);
  }
}

export default () => {
  const early: [Message, Buffers][] = [];
  let connection: Connection | undefined;
  let settle: (runtime: Promise<Runtime>) => void;
  const start = () => {
    const held = runtimes.get(NBSTREAM_RUNTIME);
    if (held) settle(held);
    return held ? NBSTREAM_RUNTIME : "";
  };
  const runtime = new Promise<Runtime>((resolve) => {
    settle = resolve;
  });
  return {
    initialize({ model, signal }: { model: Model; signal: AbortSignal }): void {
      const listen = (message: Message | RuntimeMessage, buffers: Buffers) => {
        if (message.type !== "runtime") {
          if (connection) connection.receive(message, buffers);
          else early.push([message, buffers]);
          return;
        }
        if (!runtimes.has(NBSTREAM_RUNTIME) && buffers[0]) {
          const opened = open(buffers[0]);
          runtimes.set(NBSTREAM_RUNTIME, opened);
          opened.catch(() => runtimes.delete(NBSTREAM_RUNTIME));
        }
        start();
      };
      runtime.then(
        (module) => {
          connection = module.connect(model, signal);
          for (const [message, buffers] of early.splice(0)) connection.receive(message, buffers);
        },
        () => {},
      );
      model.on("msg:custom", listen);
      signal.addEventListener("abort", () => model.off("msg:custom", listen));
      model.send({ type: "hello", runtime: start(), seq: -1 });
    },

    render({ model, el, signal }: { model: Model; el: HTMLElement; signal: AbortSignal }): void {
      const line = el.ownerDocument.createElement("div");
      line.className = "nbstream";
      line.dataset["status"] = "waiting";
      line.textContent = "Waiting for the kernel…";
      el.append(line);
      // a kernel that holds an answer that has ended sends it to those that show it
      model.send({ type: "shown", runtime: start() });
      runtime.then(
        () => {
          line.remove();
          if (!signal.aborted) connection?.show(el, signal);
        },
        (error) => {
          line.textContent = `The page could not load nbstream's view: ${error}`;
        },
      );
    },
  };
};
