/**
 * The runtime's entry, and the only file that sees the widget's model: the kernel's messages
 * become transcripts, every view of the widget shows them, and Cancel goes back.
 */
import { askAgain, NEW_INBOX, receive } from "./inbox";
import type { Connection, Model } from "./stub";
import { addStyles } from "./styles";
import { isLive, type Transcript } from "./transcript";
import { type AnswerView, createAnswerView } from "./view";
import type { EventOf, KernelMessage } from "./wire";

const LISTEN_EVERY_MS = 1000;

export function connect(model: Model, signal: AbortSignal): Connection {
  const views = new Set<AnswerView>();
  let inbox = { ...NEW_INBOX, heardS: now() };
  let startedS = now();

  const show = (transcript: Transcript, change = { dropped: false, text: "", reasoning: "" }) => {
    for (const view of views) view.update({ ...change, transcript });
  };

  /** The stream will say no more; what it said stays. */
  const fail = (error: string) => {
    const { transcript } = inbox;
    if (!isLive(transcript.status)) return;
    const end: EventOf<"end"> = {
      ...{ type: "end", status: "failed", error, code: "page" },
      ...{ stop_reason: "", model: "", request_id: "" },
    } as const;
    inbox = { ...inbox, gap: false, transcript: { ...transcript, status: "failed", end } };
    show(inbox.transcript);
  };

  const listening = setInterval(() => {
    const asked = askAgain(inbox, now());
    inbox = asked.inbox;
    if (asked.send) model.send(asked.send);
  }, LISTEN_EVERY_MS);
  const lost = () => fail("The kernel is gone; this is what had arrived. Run the cell again.");
  model.on("comm_live_update", lost);
  signal.addEventListener("abort", () => {
    clearInterval(listening);
    model.off("comm_live_update", lost);
    lost();
  });

  return {
    receive(message: KernelMessage) {
      try {
        const change = receive(inbox, message, now());
        inbox = change.inbox;
        startedS = Math.min(startedS, now() - inbox.transcript.atS);
        show(inbox.transcript, change);
        if (change.send) model.send(change.send);
      } catch (error) {
        fail((error as Error).message);
      }
    },
    show(el, viewSignal) {
      const document = el.ownerDocument;
      addStyles(el);
      const view = createAnswerView(document, {
        signal: viewSignal,
        elapsedS: () => now() - startedS,
        cancel: () => model.send({ type: "cancel" }),
      });
      views.add(view);
      viewSignal.addEventListener("abort", () => views.delete(view));
      const { text, reasoning } = inbox.transcript;
      view.update({ transcript: inbox.transcript, dropped: false, text, reasoning });
      el.append(view.element);
    },
  };
}

function now(): number {
  return performance.now() / 1000;
}
