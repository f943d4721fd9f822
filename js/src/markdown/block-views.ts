import type { Block } from "./block.js";
import { CodeBlockView } from "./code-block-view.js";
import { ContainerView, FootnoteView, ItemView, ListView } from "./container-views.js";
import { type BlockView, createElement, type Drawing } from "./drawing.js";
import { MathBlockView } from "./math-block.js";
import { TableView } from "./table-view.js";
import { HeadingView, ParagraphView, RuleView } from "./text-block-views.js";

export function createBlockView(drawing: Drawing, block: Block): BlockView {
  switch (block.type) {
    case "heading":
      return new HeadingView(drawing, block.level);
    case "thematic_break":
      return new RuleView(drawing);
    case "block_quote": {
      const quote = createElement(drawing.document, "blockquote");
      return new ContainerView(drawing, quote, "block_quote");
    }
    case "footnote":
      return new FootnoteView(drawing, block);
    case "list":
      return new ListView(drawing, block);
    case "item":
      return new ItemView(drawing);
    case "table":
      return new TableView(drawing, block);
    case "math":
      return new MathBlockView(drawing);
    case "code_block":
    case "html_block":
      return new CodeBlockView(drawing, block);
    default:
      return new ParagraphView(drawing);
  }
}
