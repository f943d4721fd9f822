/**
 * A page that was loaded anew in mid-stream takes no updates of a cell that ran before it: there
 * the kernel hands the finished output to the page, which puts it where its live one stands, so
 * that the saved notebook has the answer. JupyterLab's widget manager knows its notebook; where a
 * front end's does not, the live output stays.
 */
import type { SettledMessage } from "./wire";

const WIDGET = "application/vnd.jupyter.widget-view+json";

interface Outputs {
  readonly length: number;
  get(index: number): { readonly data?: Readonly<Record<string, unknown>> };
  set(index: number, output: object): void;
}

interface Manager {
  readonly context?: { readonly model?: { readonly cells?: Iterable<{ outputs?: Outputs }> } };
}

export function settle(manager: unknown, { model_id, data }: SettledMessage): void {
  for (const { outputs } of (manager as Manager | undefined)?.context?.model?.cells ?? []) {
    for (let index = 0; index < (outputs?.length ?? 0); index++) {
      const view = outputs?.get(index).data?.[WIDGET] as { model_id?: string } | undefined;
      if (view?.model_id === model_id) {
        outputs?.set(index, { output_type: "display_data", data, metadata: {} });
      }
    }
  }
}
