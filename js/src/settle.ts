/**
 * A page that was loaded anew in mid-stream takes no updates of a cell that ran before it, and one
 * that opens a notebook as it was saved in mid-stream got none: there the kernel hands the finished
 * output to the page, which puts it where its live one stands, so that the saved notebook has the
 * answer. Where the kernel was restarted the page does so with what had arrived. JupyterLab's
 * widget manager knows its notebook; where a front end's does not, the live output stays.
 */
import { MIME } from "./saved";
import type { Transcript } from "./transcript";
import { type EventOf, type SettledMessage, VERSION } from "./wire";

const WIDGET = "application/vnd.jupyter.widget-view+json";
const PLAIN = "text/plain";

interface Outputs {
  readonly length: number;
  get(index: number): { readonly data?: Readonly<Record<string, unknown>> };
  set(index: number, output: object): void;
}

interface Manager {
  readonly context?: {
    readonly model?: { readonly cells?: Iterable<{ outputs?: Outputs }> };
    readonly sessionContext?: {
      readonly session?: { readonly kernel?: { readonly connectionStatus?: string } | null } | null;
    };
  };
}

/** Whether a kernel is connected: then it is another one that does not answer. */
export function connected(manager: unknown): boolean {
  const { session } = (manager as Manager | undefined)?.context?.sessionContext ?? {};
  return session?.kernel?.connectionStatus === "connected";
}

export function settle(manager: unknown, { model_id, data }: SettledMessage): void {
  for (const { outputs } of (manager as Manager | undefined)?.context?.model?.cells ?? []) {
    for (let index = 0; index < (outputs?.length ?? 0); index++) {
      const held = outputs?.get(index).data;
      const view = held?.[WIDGET] as { model_id?: string } | undefined;
      // one that is there already would be drawn anew, and ask again
      if (view?.model_id === model_id && held?.[PLAIN] !== data[PLAIN]) {
        outputs?.set(index, { output_type: "display_data", data, metadata: {} });
      }
    }
  }
}

export const GONE = "The kernel is gone; this is what had arrived. Run the cell again.";

/** As one that ended with this, which no kernel has said. */
export function failed(transcript: Transcript, error: string): Transcript {
  const none = { stop_reason: "", model: "", request_id: "", ignored: 0 };
  const end: EventOf<"end"> = { type: "end", status: "failed", error, code: "page", ...none };
  return { ...transcript, status: "failed", end };
}

/** What stays of an answer whose kernel is gone, made by the page: the kernel makes no more. */
export function partial(model_id: string, transcript: Transcript): SettledMessage {
  const { start, end, text, reasoning, atS: at_s } = transcript;
  const events = [
    { ...start, version: VERSION },
    reasoning && { type: "reasoning-delta", text: reasoning },
    text && { type: "text-delta", text },
    end,
  ];
  const frames = events.filter(Boolean).map((event, seq) => ({ ...(event as object), seq, at_s }));
  const data = { [MIME]: { version: VERSION, frames }, [PLAIN]: `${text}\n\n${end?.error}` };
  return { type: "settled", model_id, data };
}
