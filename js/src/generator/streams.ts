/** The answers, each a stream of its own: to the runtime it is as if each were a widget. */
import { NEW_INBOX, receive } from "../inbox";
import type { Connection, Model, Runtime } from "../stub";
import type { Transcript } from "../transcript";
import type { KernelMessage } from "../wire";
import type { Send, Turn } from "./wire";

type Buffers = DataView<ArrayBuffer>[];

export interface Streams {
  /** These are there, and no others. */
  keep(turns: readonly Turn[]): void;
  receive(id: string, message: KernelMessage, buffers?: Buffers): void;
  /** What is known of the answer so far. */
  transcript(id: string): Transcript;
  /** Shows the answer in `host` as soon as it can be. Rejects where the view does not load. */
  show(id: string, host: HTMLElement, signal: AbortSignal): Promise<void>;
}

interface Stream {
  readonly connection: Promise<Connection>;
  readonly life: AbortController;
  inbox: typeof NEW_INBOX;
}

export function createStreams(
  model: Model,
  send: Send,
  runtime: Promise<Runtime>,
  signal: AbortSignal,
): Streams {
  const streams = new Map<string, Stream>();
  let known = false;
  signal.addEventListener("abort", () => {
    for (const { life } of streams.values()) life.abort();
  });

  const open = (turn: Turn): Stream => {
    const { id } = turn;
    const life = new AbortController();
    const own: Model = {
      // An answer that has ended does not mind whether the kernel is there.
      on: (name, callback) => {
        if (turn.status === "live") model.on(name, callback);
      },
      off: (name, callback) => model.off(name, callback),
      send: (message) => send({ type: "stream", id, message }),
    };
    const connection = runtime.then((module) => module.connect(own, life.signal));
    connection.catch(() => {});
    // The frames of one that has just begun come by themselves.
    if (!known || turn.status !== "live") own.send({ type: "sync", seq: -1 });
    return { connection, life, inbox: NEW_INBOX };
  };

  return {
    keep(turns) {
      const kept = new Set(turns.map(({ id }) => id));
      for (const [id, { life }] of streams) {
        if (kept.has(id)) continue;
        streams.delete(id);
        life.abort();
      }
      for (const turn of turns) {
        if (!streams.has(turn.id)) streams.set(turn.id, open(turn));
      }
      known = true;
    },
    receive(id, message, buffers) {
      const stream = streams.get(id);
      if (!stream) return;
      // The runtime asks where something is missing, and what it is sent comes by here too.
      if ("frames" in message) stream.inbox = receive(stream.inbox, message, 0).inbox;
      stream.connection.then(
        (connection) => connection.receive(message, buffers),
        () => {},
      );
    },
    transcript: (id) => (streams.get(id)?.inbox ?? NEW_INBOX).transcript,
    async show(id, host, viewSignal) {
      const connection = await streams.get(id)?.connection;
      if (!viewSignal.aborted) connection?.show(host, viewSignal);
    },
  };
}
