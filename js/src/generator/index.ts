/**
 * What a Generator's stub loads, and the only file here that sees the widget's model. The answers
 * are shown by the runtime that shows live outputs, one connection for each of them.
 */
import { load, receiveChunk } from "../chunks";
import type { Connection, Model, Runtime } from "../stub";
import type { ChunkMessage } from "../wire";
import { createLinks } from "./linked";
import { createPanel, type Panel } from "./panel";
import { createStreams } from "./streams";
import type { FromKernel, Send, State, Turn } from "./wire";

/** The hash of the runtime this was built with. */
declare const NBSTREAM_RUNTIME: string;

type Buffers = DataView<ArrayBuffer>[];

/** A kernel that may be gone has this long to show that it is not. */
const DOUBT_MS = 3000;
const GONE = "The kernel that this belongs to is gone: run the cell again.";

interface GeneratorConnection {
  receive(message: FromKernel, buffers?: Buffers): void;
  show: Connection["show"];
}

const page = globalThis as { [key: symbol]: Map<string, Promise<Runtime>> | undefined };

export function connect(model: Model, signal: AbortSignal): GeneratorConnection {
  const wide = model as unknown as {
    send(message: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
    set(name: string, value: string): void;
    save_changes(): void;
  };
  const panels = new Set<Panel>();
  let state: State | null = null;
  let doubt: ReturnType<typeof setTimeout> | undefined;

  const send: Send = (message, buffers) => {
    try {
      wide.send(message, undefined, buffers);
    } catch {
      lost("ask" in message ? message.ask : "");
    }
  };
  /** Nothing comes any more: what was asked last, by its `ask`, is asked of nobody. */
  const lost = (ask: string) => {
    if (state?.running) {
      const { running } = state;
      const ended = (turn: Turn): Turn =>
        turn.id === running ? { ...turn, status: "failed" } : turn;
      state = { ...state, running: "", turns: state.turns.map(ended) };
      for (const panel of panels) panel.update(state);
    }
    for (const panel of panels) panel.receive({ type: "problem", text: GONE, ask });
  };
  /** The comm came or went: a kernel that is there says how things stand. */
  const look = () => {
    clearTimeout(doubt);
    doubt = setTimeout(() => lost(""), DOUBT_MS);
    send({ type: "look" });
  };
  model.on("comm_live_update", look);
  signal.addEventListener("abort", () => {
    clearTimeout(doubt);
    model.off("comm_live_update", look);
  });

  const streams = createStreams(model, send, loadRuntime(send), signal);
  const links = createLinks(model, streams);

  return {
    receive(message, buffers) {
      clearTimeout(doubt);
      switch (message.type) {
        case "chunk":
          receiveChunk((message as ChunkMessage).name, buffers?.[0]);
          break;
        case "stream":
          streams.receive(message.id, message.message, buffers);
          if (state) links.update(state.turns);
          for (const panel of panels) panel.receive(message);
          break;
        case "state":
          if (state?.running && !message.running) {
            wide.set("_heard", state.running);
            wide.save_changes();
          }
          state = message;
          links.to(state.widget);
          streams.keep(state.turns);
          for (const panel of panels) panel.update(state);
          break;
        default:
          for (const panel of panels) panel.receive(message);
      }
    },
    show(el, viewSignal) {
      const panel = createPanel(el, { send, streams, signal: viewSignal });
      panels.add(panel);
      viewSignal.addEventListener("abort", () => panels.delete(panel));
      if (state) panel.update(state);
    },
  };
}

function loadRuntime(send: Send): Promise<Runtime> {
  const key = Symbol.for("nbstream.runtimes");
  page[key] ??= new Map();
  const runtimes = page[key];
  const held = runtimes.get(NBSTREAM_RUNTIME);
  if (held) return held;
  const opened = load("runtime", () => send({ type: "chunk", name: "runtime" }));
  const runtime = opened as Promise<Runtime>;
  // Not before it is here: a kernel that never sends it must not stand in another's way.
  runtime.then(
    () => runtimes.set(NBSTREAM_RUNTIME, runtime),
    () => {},
  );
  return runtime;
}
