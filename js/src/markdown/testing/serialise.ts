/**
 * Writes what a Markdown view shows as the HTML of the CommonMark specification's examples: our
 * wrappers, headers and marks are taken back to what they stand for.
 */
export function toSpecHtml(root: Element): string {
  return blocks(root, false);
}

function blocks(parent: Element, tight: boolean): string {
  let html = "";
  for (const child of parent.children) html += block(child as HTMLElement, tight);
  return html;
}

function block(element: HTMLElement, tight: boolean): string {
  const name = element.tagName.toLowerCase();
  if (element.hidden) return "";
  if (element.classList.contains("nbstream-code")) return code(element);
  if (element.classList.contains("nbstream-html-block")) return text(element);
  if (element.classList.contains("nbstream-table")) return table(element);
  switch (name) {
    case "section":
      return footnotes(element);
    case "div":
      return blocks(element, tight);
    case "p":
      return tight ? `${inlines(element)}\n` : `<p>${inlines(element)}</p>\n`;
    case "hr":
      return "<hr />\n";
    case "blockquote":
      return `<blockquote>\n${blocks(element, false)}</blockquote>\n`;
    case "ul":
    case "ol":
      return list(element);
    case "input": {
      const checked = element.hasAttribute("checked") ? ' checked=""' : "";
      return `<input type="checkbox"${checked} disabled="" /> `;
    }
    default:
      return `<${name}>${inlines(element)}</${name}>\n`;
  }
}

function list(element: HTMLElement): string {
  const name = element.tagName.toLowerCase();
  const start = element.getAttribute("start");
  const tight = element.classList.contains("nbstream-tight");
  const items = [...element.children]
    .map((item) => {
      let content = blocks(item, tight);
      if (tight && item.lastElementChild?.tagName === "P") content = content.replace(/\n$/, "");
      const first = item.querySelector(":scope > :not(input)");
      const opening = !first || (tight && first.tagName === "P") ? "" : "\n";
      return `<li>${opening}${content}</li>\n`;
    })
    .join("");
  if (element.classList.contains("nbstream-continued")) return `<continued>${items}</continued>`;
  return `<${name}${start === null ? "" : ` start="${start}"`}>\n${items}</${name}>\n`;
}

function footnotes(section: HTMLElement): string {
  const items = [...section.querySelectorAll(".nbstream-footnote")].map((item, i) => {
    const content = blocks(item.firstElementChild as Element, false);
    const back = `<a href="#fnref${i + 1}" class="footnote-backref">↩</a>`;
    const closed = content.endsWith("</p>\n")
      ? content.replace(/<\/p>\n$/, ` ${back}</p>\n`)
      : `${content}${back}\n`;
    return `<li id="fn${i + 1}">\n${closed}</li>\n`;
  });
  return `<section class="footnotes">\n<ol>\n${items.join("")}</ol>\n</section>\n`;
}

function code(element: HTMLElement): string {
  const inner = element.querySelector("code");
  const name = inner?.className ?? "";
  const attribute = name === "" ? "" : ` class="${escapeHtml(name)}"`;
  return `<pre><code${attribute}>${escapeHtml(inner ? rawText(inner) : "")}</code></pre>\n`;
}

function table(element: HTMLElement): string {
  let html = "<table>\n";
  const bodies: string[] = [];
  for (const part of element.querySelectorAll("thead, tbody")) {
    const rows = [...part.children].map((row) => `<tr>\n${cells(row)}</tr>\n`).join("");
    if (part.tagName === "THEAD") html += `<thead>\n${rows}</thead>\n`;
    else bodies.push(rows);
  }
  if (bodies.length > 0) html += `<tbody>\n${bodies.join("")}</tbody>\n`;
  return `${html}</table>\n`;
}

function cells(row: Element): string {
  return [...row.children]
    .map((cell) => {
      const name = cell.tagName.toLowerCase();
      const side = /nbstream-(left|right|center)/.exec(cell.className)?.[1];
      return `<${name}${side ? ` align="${side}"` : ""}>${inlines(cell)}</${name}>\n`;
    })
    .join("");
}

function inlines(parent: Node): string {
  let html = "";
  for (const node of parent.childNodes) {
    html += node.nodeType === 3 ? escapeHtml(node.nodeValue ?? "") : inline(node as HTMLElement);
  }
  return html;
}

function inline(element: HTMLElement): string {
  const name = element.tagName.toLowerCase();
  if (element.classList.contains("nbstream-invisible")) return rawText(element);
  if (element.classList.contains("nbstream-html")) return rawText(element);
  if (element.classList.contains("nbstream-image")) {
    const { destination, title } = target(element);
    const alt = rawText(element);
    const shown = element.classList.contains("nbstream-unnamed") ? "" : alt;
    return `<img src="${destination}" alt="${escapeHtml(shown)}"${title} />`;
  }
  if (name === "sup") {
    const number = element.textContent;
    return `<sup class="footnote-ref"><a href="#fn${number}" id="fnref${number}">${number}</a></sup>`;
  }
  if (name === "br") return "<br />\n";
  if (name === "span") return inlines(element);
  if (name === "a") {
    const { destination, title } = target(element);
    return `<a href="${destination}"${title}>${inlines(element)}</a>`;
  }
  return `<${name}>${inlines(element)}</${name}>`;
}

/** The tooltip is the title, if there is one, and the destination in the last line. */
function target(element: HTMLElement): { destination: string; title: string } {
  const lines = element.title.split("\n");
  const destination = element.getAttribute("href") ?? lines.at(-1) ?? "";
  const title = element.title.slice(0, -destination.length - 1 || undefined);
  const only = element.title === destination;
  return {
    destination: escapeHtml(destination),
    title: only ? "" : ` title="${escapeHtml(title)}"`,
  };
}

function rawText(node: Node): string {
  let text = "";
  for (const child of node.childNodes) {
    const element = child as HTMLElement;
    if (child.nodeType === 3) text += child.nodeValue ?? "";
    else if (element.classList.contains("nbstream-invisible")) text += characterOf(element);
    else text += rawText(child);
  }
  return (node as HTMLElement).classList?.contains("nbstream-invisible")
    ? characterOf(node as HTMLElement)
    : text;
}

function characterOf(mark: HTMLElement): string {
  return String.fromCodePoint(Number.parseInt((mark.textContent ?? "").slice(2), 16));
}

function text(element: HTMLElement): string {
  return rawText(element);
}

function escapeHtml(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
