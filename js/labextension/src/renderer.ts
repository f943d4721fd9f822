/** The MIME renderer of finished answers. Text becomes text nodes, also of untrusted notebooks. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { type Drawn, same } from "../../src/handover";
import { appendText } from "../../src/markdown/invisible";
import { drawSaved, MIME, readSaved } from "../../src/saved";
import type { Transcript } from "../../src/transcript";

class RenderedAnswer extends Widget implements IRenderMime.IRenderer {
  #drawn: Drawn | null = null;
  #transcript: Transcript | null = null;

  constructor() {
    super();
    this.addClass("nbstream-saved");
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      const transcript = readSaved(model.data[MIME]);
      // the front ends render a model again where only its trust or its metadata is another
      if (this.#transcript && same(this.#transcript, transcript)) return Promise.resolve();
      this.#end();
      this.#drawn = drawSaved(this.node, transcript, () => import("./math.js"));
      this.#transcript = transcript;
    } catch (error) {
      this.#end();
      this.node.replaceChildren(...unreadable(this.node.ownerDocument, error, model.data));
    }
    return Promise.resolve();
  }

  override dispose(): void {
    this.#end();
    super.dispose();
  }

  protected override onAfterAttach(): void {
    this.#drawn?.view.restore();
  }

  #end(): void {
    this.#drawn?.life.abort();
    this.#drawn = this.#transcript = null;
  }
}

/** What another version wrote, or somebody's hand: a sentence, and the answer as plain text. */
function unreadable(
  document: Document,
  error: unknown,
  data: IRenderMime.IMimeModel["data"],
): Node[] {
  const sentence = document.createElement("p");
  appendText(document, sentence, error instanceof Error ? error.message : String(error));
  const text = document.createElement("pre");
  appendText(document, text, [data["text/plain"] ?? ""].flat().join(""));
  return [sentence, text];
}

const extension: IRenderMime.IExtension = {
  id: "nbstream:answer",
  description: "Draws finished answers as they looked while they were written.",
  rendererFactory: {
    safe: true,
    mimeTypes: [MIME],
    createRenderer: () => new RenderedAnswer(),
  },
  // before the Markdown, which is at 60, and before the widget that --keep leaves, at -10: without a
  // kernel there is none
  rank: -20,
  dataType: "json",
};

export default extension;
