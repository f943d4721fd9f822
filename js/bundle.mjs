/** How the page's TypeScript, its styles and commonmark become one ES module. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { file as entitiesFile, entityTable } from "./entity-table.mjs";

const here = dirname(fileURLToPath(import.meta.url));

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

/**
 * What is never run: our machines have their own instead (src/markdown/inline.ts, machine.ts), and
 * no tree is walked from outside.
 */
const NEVER_RUN = {
  "blocks.js": ["parse", "processInlines"],
  "inlines.js": ["parseBackticks", "parseString", "scanDelims", "processEmphasis", "rePunctuation"],
  "node.js": (
    "isContainer firstChild lastChild prev parent literal destination title listType listTight " +
    "listStart listDelimiter onEnter onExit prependChild insertBefore walker"
  ).split(" "),
};

/** `source` without the functions and properties `names`; throws where one is not found. */
function without(names, source) {
  return names.reduce((rest, name) => {
    const definitions = [
      `(var |Node\\.prototype\\.)${name} = (function[^]*?^\\}|new RegExp\\([^]*?\\));`,
      `Object\\.defineProperty\\(proto, "${name}",[^]*?^\\}\\);`,
      ` +${name}: ${name},`,
    ];
    const shorter = rest.replace(new RegExp(`^(${definitions.join("|")})\n`, "gm"), "");
    if (shorter === rest) throw new Error(`commonmark has no ${name} any more`);
    return shorter;
  }, source);
}

/** commonmark without its renderers and what is never run, with our own table of entities. */
const commonmark = {
  name: "commonmark",
  setup(plugin) {
    plugin.onLoad({ filter: /commonmark\/lib\/(blocks|inlines|node)\.js$/ }, async ({ path }) => ({
      contents: without(NEVER_RUN[basename(path)], await readFile(path, "utf8")),
    }));
    plugin.onResolve({ filter: /^commonmark$/ }, () => ({
      path: join(here, "node_modules/commonmark/lib/index.js"),
      sideEffects: false,
    }));
    plugin.onResolve({ filter: /^\.\/render\// }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: false,
    }));
    plugin.onResolve({ filter: /^entities$/ }, () => ({ path: join(here, "src/entities.ts") }));
  },
};

/** The files that what was bundled so far has parts of, for `licences`. */
export const bundled = new Set();

function filesIn(metafile) {
  const [{ inputs }] = Object.values(metafile.outputs);
  const files = Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0);
  // the table is made of a package's file that esbuild does not see
  const table = files.includes("src/entities.ts") ? [entitiesFile] : [];
  return [...files, ...table].map((file) => resolve(here, file));
}

/** The bytes of `entry` (a path below js/) with what it imports, but for the `external` ones. */
export async function bundle(entry, options = {}) {
  const { outputFiles, metafile } = await built(entry, options);
  for (const file of filesIn(metafile)) bundled.add(file);
  return Buffer.from(outputFiles[0].contents);
}

/** esbuild's own account of a bundle: how many of its bytes are of which file. */
export async function account(entry) {
  const { metafile } = await built(entry, {});
  const [{ inputs }] = Object.values(metafile.outputs);
  return Object.entries(inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput]);
}

function built(entry, { define = {}, external = [] }) {
  return build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    define: { NBSTREAM_ENTITIES: JSON.stringify(entityTable()), ...define },
    external,
    plugins: [minifiedCss, commonmark],
  });
}

/** gzip with no time and no system in its header (bytes 4 to 7 and 9). */
export function zipped(bytes) {
  // with less memory its blocks are shorter, which suits code beside styles: 0.5 % smaller
  const packed = gzipSync(bytes, { level: 9, memLevel: 6 });
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}
