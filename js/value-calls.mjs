/** An esbuild plugin that keeps the dialects out of the runtime that no language here uses. */
import { readFile } from "node:fs/promises";

/** Calls that only build a value; unmarked, all that a mode's file defines would stay. */
const VALUE_CALLS = /(?<!function )\b(?=(?:words|set|keySet|clike|simpleMode)\()/g;

export const valueCalls = {
  name: "value-calls",
  setup(plugin) {
    plugin.onLoad({ filter: /legacy-modes[\\/]mode[\\/].*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(VALUE_CALLS, "/* @__PURE__ */ "),
      loader: "js",
    }));
  },
};
