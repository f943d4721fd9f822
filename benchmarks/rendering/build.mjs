/** Writes one page for each stack into the folder that is named: `node build.mjs FOLDER`. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundle } from "../../js/bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [folder] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const NOT_A_STACK = "last-block.js";

const STYLE = `
body { margin: 8px; font: 14px/1.5 sans-serif }
pre { white-space: pre-wrap }
.host { width: 800px; height: 560px; overflow-y: auto }`;

for (const file of await readdir(join(here, "stacks"))) {
  if (file === NOT_A_STACK) continue;
  const stack = basename(file, ".js");
  const { script, css } = stack === "nbstream" ? await ours() : await theirs(file);
  const page = `<!doctype html><meta charset="utf-8"><title>${stack}</title>
<style>${STYLE}${css}</style><body><script src="${stack}.js"></script>`;
  await writeFile(join(folder, `${stack}.js`), script);
  await writeFile(join(folder, `${stack}.html`), page);
}

async function ours() {
  return { script: await bundle("../benchmarks/rendering/stacks/nbstream.js"), css: "" };
}

async function theirs(file) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [`stacks/${file}`],
    bundle: true,
    minify: true,
    write: false,
    outdir: folder,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text(".js"), css: text(".css") };
}
