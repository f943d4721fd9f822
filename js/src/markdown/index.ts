/** Streaming Markdown as DOM: what the rest of the page may know of it. */
export interface MarkdownView {
  /** `<div class="nbstream-markdown">`, the caller puts it into the page. */
  readonly element: HTMLElement;
  /** Buffers `delta`; nothing is drawn until `flush`. */
  append(delta: string): void;
  /** Draws what was appended since the last flush; meant for once an animation frame. */
  flush(): void;
  /** The text is whole: what is shown is now exactly the one-shot rendering. */
  end(): void;
  /** Drops all text and all that was drawn; the view can be used again. */
  reset(): void;
}

export interface MarkdownOptions {
  /** Colour fenced code by its language. Default true. */
  highlight?: boolean;
}

export function createMarkdownView(
  document: Document,
  _options: MarkdownOptions = {},
): MarkdownView {
  const element = document.createElement("div");
  element.className = "nbstream-markdown";
  let pending = "";
  const flush = () => {
    if (pending) element.appendChild(document.createTextNode(pending));
    pending = "";
  };
  return {
    element,
    append: (delta) => {
      pending += delta;
    },
    flush,
    end: flush,
    reset: () => {
      pending = "";
      element.replaceChildren();
    },
  };
}
