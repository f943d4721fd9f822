import { createElement, type Drawing } from "./drawing.js";
import { appendText, hasInvisible, visible } from "./invisible.js";
import { disguisedHost } from "./link-policy.js";
import { type Span, sameSpan } from "./spans.js";

const TAGS = { emphasis: "em", strong: "strong", strike: "del" } as const;

/**
 * Makes `host`, which shows `before`, show `after`. What is equal from the start keeps its nodes,
 * and text that only grew is appended to: a selection survives, and the cost is that of the change.
 * Returns the number of child nodes for each span of `after`.
 */
export function patchSpans(
  drawing: Drawing,
  host: HTMLElement,
  before: readonly DrawnSpan[],
  after: readonly Span[],
): DrawnSpan[] {
  const drawn: DrawnSpan[] = [];
  let i = 0;
  while (i < before.length && i < after.length && sameSpan(before[i]?.span, after[i])) {
    const same = before[i];
    if (same) drawn.push(same);
    i++;
  }
  const last = before[i];
  const grown = after[i];
  if (last && grown && last.span.kind === "text" && grown.kind === "text") {
    const node = last.nodes[0];
    // Whether a joiner is shown depends on what stands around it: such text is drawn anew.
    const more = grown.text.startsWith(last.span.text) && !hasInvisible(grown.text);
    if (more && node?.nodeType === 3) {
      const text = grown.text.slice(last.span.text.length);
      removeAll(before.slice(i + 1));
      const children = childrenOf(host, () => appendText(drawing.document, host, text));
      drawn.push({ span: grown, nodes: [node, ...children] });
      i++;
      return appendSpans(drawing, host, after.slice(i), drawn);
    }
  }
  removeAll(before.slice(i));
  return appendSpans(drawing, host, after.slice(i), drawn);
}

export interface DrawnSpan {
  span: Span;
  nodes: ChildNode[];
}

function removeAll(spans: readonly DrawnSpan[]): void {
  for (const { nodes } of spans) for (const node of nodes) node.remove();
}

function appendSpans(
  drawing: Drawing,
  host: HTMLElement,
  spans: readonly Span[],
  drawn: DrawnSpan[],
): DrawnSpan[] {
  for (const span of spans) {
    drawn.push({ span, nodes: childrenOf(host, () => appendSpan(drawing, host, span, false)) });
  }
  return drawn;
}

/** The child nodes that `append` adds to `host`. */
function childrenOf(host: HTMLElement, append: () => void): ChildNode[] {
  const last = host.lastChild;
  append();
  const nodes: ChildNode[] = [];
  for (let node = last ? last.nextSibling : host.firstChild; node; node = node.nextSibling) {
    nodes.push(node);
  }
  return nodes;
}

function appendSpan(drawing: Drawing, host: HTMLElement, span: Span, inLink: boolean): void {
  const { document } = drawing;
  const append = <K extends keyof HTMLElementTagNameMap>(tag: K, className = "") =>
    host.appendChild(createElement(document, tag, className));
  switch (span.kind) {
    case "text":
      appendText(document, host, span.text);
      return;
    case "break":
      append("br");
      return;
    case "code":
      appendText(document, append("code", "nbstream-inline-code"), span.text);
      return;
    case "html":
      appendText(document, append("span", "nbstream-html"), span.text);
      return;
    case "footnote":
      host.appendChild(drawing.footnotes.createMark(span.text));
      return;
    case "math": {
      const { display } = span.math;
      const math = append("span", `nbstream-math${display ? " nbstream-math-display" : ""}`);
      appendText(document, math, span.text);
      drawing.mathematics.draw(math, span.math);
      return;
    }
    case "image":
      appendImage(drawing, host, span, inLink);
      return;
    case "link": {
      const link = linkElement(drawing, span.destination, span.title, inLink);
      for (const child of span.children) appendSpan(drawing, link, child, true);
      const realHost = disguisedHost(link.textContent ?? "", span.destination);
      if (realHost) link.dataset["target"] = realHost;
      host.appendChild(link);
      return;
    }
    default: {
      const element = append(TAGS[span.kind]);
      for (const child of span.children) appendSpan(drawing, element, child, inLink);
    }
  }
}

/** A link, or where its destination may not be one, text that tells what the destination was. */
function linkElement(
  drawing: Drawing,
  destination: string,
  title: string,
  inLink: boolean,
): HTMLElement {
  const tooltip = visible(title === "" ? destination : `${title}\n${destination}`);
  if (inLink || !drawing.isSafeLink(destination)) {
    const refused = createElement(drawing.document, "span", inLink ? "" : "nbstream-refused-link");
    refused.title = inLink ? tooltip : `Not a link, for safety: ${tooltip}`;
    return refused;
  }
  const link = createElement(drawing.document, "a");
  link.setAttribute("href", destination);
  link.rel = "noopener noreferrer";
  link.target = "_blank";
  link.title = tooltip;
  return link;
}

/**
 * An image is not loaded unless the reader allows its host, but linked: its address could carry
 * what the text knows to whoever is there.
 */
function appendImage(
  drawing: Drawing,
  host: HTMLElement,
  { destination, title, alt }: Span & { kind: "image" },
  inLink: boolean,
): void {
  const address = drawing.allowedImage(destination);
  if (address !== null) {
    const image = createElement(drawing.document, "img", "nbstream-picture");
    image.referrerPolicy = "no-referrer";
    image.loading = "lazy";
    image.alt = visible(alt);
    if (title !== "") image.title = visible(title);
    image.src = address;
    host.appendChild(image);
    return;
  }
  const link = linkElement(drawing, destination, title, inLink);
  link.classList.add("nbstream-image");
  link.classList.toggle("nbstream-unnamed", alt === "");
  appendText(drawing.document, link, alt === "" ? "image" : alt);
  host.appendChild(link);
}
