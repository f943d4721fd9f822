/**
 * The runtime's entry, and the only file that sees the widget's model: the kernel's messages
 * become transcripts, every view of the widget shows them, and Cancel goes back.
 */
import { load, receiveChunk } from "./chunks";
import { leave } from "./handover";
import { askAgain, NEW_INBOX, receive } from "./inbox";
import type { MathRenderer } from "./markdown/mathematics";
import { connected, failed, GONE, partial, settle } from "./settle";
import type { Connection, Model } from "./stub";
import { addStyles } from "./styles";
import { isLive } from "./transcript";
import { type AnswerView, createAnswerView, type Update } from "./view";
import type { PageMessage, Settings } from "./wire";

const LISTEN_EVERY_MS = 1000;
/** A kernel that may be gone has this long to show that it is not. */
const DOUBT_MS = 3000;

export function connect(model: Model, signal: AbortSignal): Connection {
  const views = new Set<AnswerView>();
  let inbox = { ...NEW_INBOX, heardS: now() };
  let startedS = now();
  /** The views show a failure that is the page's own and no frame's. */
  let failing = false;
  let settings: Settings = {};
  let modelId = "";
  let doubt: ReturnType<typeof setTimeout> | undefined;

  /** The page's end takes the comm before it takes us: nobody is there to be told. */
  const send = (message: PageMessage) => {
    try {
      model.send(message);
    } catch {}
  };

  const show = (update: Update) => {
    for (const view of views) view.update(update);
  };

  const fail = (error: string) => {
    if (!isLive(inbox.transcript.status)) return;
    failing = true;
    const transcript = failed(inbox.transcript, error);
    show({ transcript, dropped: false, text: "", reasoning: "" });
    const { widget_manager } = model;
    if (connected(widget_manager)) settle(widget_manager, partial(modelId, transcript));
  };

  /** The comm came or went: a kernel that is there will answer. */
  const ask = () => {
    clearTimeout(doubt);
    doubt = setTimeout(() => fail(GONE), DOUBT_MS);
    send({ type: "sync", seq: inbox.transcript.seq });
  };
  const listening = setInterval(() => {
    const asked = askAgain(inbox, now());
    inbox = asked.inbox;
    if (asked.send) send(asked.send);
  }, LISTEN_EVERY_MS);
  model.on("comm_live_update", ask);
  signal.addEventListener("abort", () => {
    clearInterval(listening);
    clearTimeout(doubt);
    model.off("comm_live_update", ask);
    fail(GONE);
  });

  const loadMath = async () => {
    const math = await load("math", () => model.send({ type: "chunk", name: "math" }));
    return math as MathRenderer;
  };

  return {
    receive(message, buffers) {
      clearTimeout(doubt);
      if (message.type === "chunk") {
        receiveChunk(message.name, buffers?.[0]);
        return;
      }
      // The kernel says why it did not do what some page asked for: nothing to draw here.
      if ((message as { type: string }).type === "problem") return;
      if (message.type === "settled") {
        settle(model.widget_manager, message);
        return;
      }
      if (message.settings) {
        settings = message.settings;
        for (const view of views) view.set(settings);
      }
      try {
        if (message.type === "snapshot") modelId = message.model_id ?? "";
        const change = receive(inbox, message, now());
        inbox = change.inbox;
        const { transcript } = inbox;
        startedS = Math.min(startedS, now() - transcript.atS);
        show(failing ? { ...transcript, transcript, dropped: true } : { ...change, transcript });
        failing = false;
        if (change.send) send(change.send);
      } catch (error) {
        fail((error as Error).message);
      }
    },
    show(el, viewSignal) {
      const document = el.ownerDocument;
      addStyles(el);
      const life = new AbortController();
      const view = createAnswerView(document, {
        signal: life.signal,
        elapsedS: () => now() - startedS,
        cancel: () => model.send({ type: "cancel" }),
        loadMath,
      });
      views.add(view);
      viewSignal.addEventListener("abort", () => {
        views.delete(view);
        leave(inbox.transcript, { view, life });
        const ended = !isLive(inbox.transcript.status);
        if (ended && !views.size && !signal.aborted) send({ type: "released" });
      });
      view.set(settings);
      const { text, reasoning } = inbox.transcript;
      view.update({ transcript: inbox.transcript, dropped: false, text, reasoning });
      el.append(view.element);
    },
  };
}

function now(): number {
  return performance.now() / 1000;
}
