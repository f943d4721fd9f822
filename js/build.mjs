/**
 * Writes what the kernel hands to the page: the stub (`_esm`) and the gzipped runtime, styles
 * inside. The same sources give the same bytes.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { entityTable } from "./entity-table.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "nbstream", "static");

const minifiedCss = {
  name: "minified-css",
  setup(plugin) {
    plugin.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), {
        loader: "css",
        minify: true,
      });
      return { contents: code, loader: "text" };
    });
  },
};

/** commonmark without its renderers, and with our own table of entities. */
const commonmark = {
  name: "commonmark",
  setup(plugin) {
    plugin.onResolve({ filter: /^commonmark$/ }, () => ({
      path: join(here, "node_modules/commonmark/lib/index.js"),
      sideEffects: false,
    }));
    plugin.onResolve({ filter: /^entities$/ }, () => ({ path: join(here, "src/entities.ts") }));
  },
};

async function bundle(entry, define = {}) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    define,
    plugins: [minifiedCss, commonmark],
  });
  return Buffer.from(outputFiles[0].contents);
}

/** gzip with no time and no system in its header (bytes 4 to 7 and 9). */
function gzip(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}

const runtime = gzip(
  await bundle("src/widget.ts", { NBSTREAM_ENTITIES: JSON.stringify(entityTable()) }),
);
const hash = createHash("sha256").update(runtime).digest("hex").slice(0, 16);
const stub = await bundle("src/stub.ts", { NBSTREAM_RUNTIME: JSON.stringify(hash) });

/** The licences of the packages the runtime has parts of; the table of entities is one. */
async function licences() {
  const packages = ["commonmark", "entities", "@codemirror/legacy-modes"];
  const texts = packages.map(async (name) => {
    const folder = join(here, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = await readFile(join(folder, "LICENSE"), "utf8");
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`);
}

await mkdir(out, { recursive: true });
await writeFile(join(out, "LICENSES.txt"), await licences());
await writeFile(join(out, "runtime.js.gz"), runtime);
await writeFile(join(out, "stub.js"), stub);
process.stdout.write(`stub.js ${stub.length} bytes, runtime.js.gz ${runtime.length} bytes\n`);
