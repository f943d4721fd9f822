/**
 * A notebook that is saved while an answer comes has what has come, beside the live output that it
 * belongs to. Opened again, it shows the live output as long as the kernel has it, and else the text.
 */
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Panel } from "@lumino/widgets";
import { MIME } from "../../src/saved";
import { failed, GONE, partial } from "../../src/settle";
import { exchangeOf, type Shown } from "../../src/shown";

/** As `MIME`; no renderer is registered for it, so that the live output is what is drawn. */
const SO_FAR = "application/vnd.nbstream.so-far.v1+json";
const WIDGET = "application/vnd.jupyter.widget-view+json";
const PLAIN = "text/plain";

type Data = Record<string, unknown> & { [WIDGET]?: { model_id?: string } };
interface SavedCell {
  readonly outputs?: readonly { data?: Data }[];
}

/** Adds it to what is written of the panel's notebook; the model, and what is drawn, stay. */
export function saveSoFar(panel: NotebookPanel, running: () => readonly Shown[]): void {
  const { model } = panel.context;
  const toJSON = model.toJSON.bind(model);
  model.toJSON = () => {
    const saved = toJSON();
    const { cells } = saved as unknown as { cells: readonly SavedCell[] };
    for (const shown of running()) {
      const data = exchangeOf(shown) ? undefined : dataOf(panel, cells, shown);
      const id = data?.[WIDGET]?.model_id;
      if (!data || !id || shown.transcript.text + shown.transcript.reasoning === "") continue;
      const held = partial(id, failed(shown.transcript, GONE)).data;
      data[SO_FAR] = held[MIME];
      data[PLAIN] = held[PLAIN];
    }
    return saved;
  };
}

function dataOf(
  { content }: NotebookPanel,
  cells: readonly SavedCell[],
  { root }: Shown,
): Data | undefined {
  const cell = content.widgets.findIndex(({ node }) => node.contains(root));
  const output = root.closest(".jp-OutputArea-child");
  const index = [...(output?.parentElement?.children ?? [])].indexOf(output as Element);
  return cells[cell]?.outputs?.[index]?.data;
}

/**
 * Draws it in the place of live outputs whose kernel is gone. The notebook stays as it was: who
 * opens one changes nothing in it.
 */
export async function showSoFar({ content, sessionContext }: NotebookPanel): Promise<void> {
  const places = content.widgets.flatMap((cell) => {
    const { outputs } = cell.model as { outputs?: Outputs };
    return Array.from({ length: outputs?.length ?? 0 }, (_, index) => ({ cell, outputs, index }));
  });
  const held = places.filter(({ outputs, index }) => SO_FAR in (outputs?.get(index).data ?? {}));
  if (held.length === 0) return;
  await sessionContext.ready;
  const kernel = sessionContext.session?.kernel;
  const reply = await kernel?.requestCommInfo({ target_name: "jupyter.widget" });
  const live = reply?.content.status === "ok" ? reply.content.comms : {};
  for (const { cell, outputs, index } of held) {
    // cells may have come, gone and run meanwhile
    const data = outputs?.get(index)?.data as Data | undefined;
    const output = (cell as { outputArea?: OutputArea }).outputArea?.widgets[index];
    if (!data?.[SO_FAR] || !output || `${data[WIDGET]?.model_id}` in live) continue;
    const { rendermime } = content;
    const saved = rendermime.createRenderer(MIME);
    saved.addClass("jp-OutputArea-output");
    const shown = {
      [MIME]: data[SO_FAR],
      [PLAIN]: data[PLAIN],
    } as unknown as IRenderMime.IMimeModel["data"];
    await saved.renderModel(rendermime.createModel({ data: shown }));
    output.widgets.at(-1)?.dispose();
    output.addWidget(saved);
  }
}

interface Outputs {
  readonly length: number;
  get(index: number): { readonly data: object };
}

interface OutputArea {
  /** Of each output its prompt and what is drawn. */
  readonly widgets: readonly Panel[];
}
