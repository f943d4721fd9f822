/** Prints what the page's runtime is made of, as a Markdown table: `npm run sizes`. */
import { account, bundle, zipped } from "./bundle.mjs";

/** The first that a file's path begins with is where it counts. */
const ROOMS = [
  ["node_modules/commonmark/", "commonmark: blocks, inline"],
  ["node_modules/@codemirror/legacy-modes/", "languages of @codemirror/legacy-modes"],
  ["src/highlight/", "highlighting by line, languages of our own"],
  ["src/markdown/markdown.css", "styles"],
  ["src/styles/", "styles"],
  ["src/markdown/", "streamed Markdown, drawn"],
  ["src/entities.ts", "named entities"],
  ["src/", "the view: status, following, thoughts, notices, wire"],
];

const code = await bundle("src/widget.ts");
const whole = zipped(code).length;
const sizes = new Map();
for (const [file, bytes] of await account("src/widget.ts")) {
  const room = ROOMS.find(([start]) => file.startsWith(start))?.[1] ?? "other";
  sizes.set(room, (sizes.get(room) ?? 0) + bytes);
}
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const row = (name, bytes, share) => `| ${name} | ${kilobytes(bytes)} | ${kilobytes(share)} |`;
const rows = [...sizes].sort((a, b) => b[1] - a[1]);
const lines = [
  "| part of the runtime | minified, KB | of the gzip, KB |",
  "| --- | ---: | ---: |",
  ...rows.map(([name, bytes]) => row(name, bytes, (bytes * whole) / code.length)),
  row("**in all**", code.length, whole),
];
process.stdout.write(`${lines.join("\n")}\n`);
