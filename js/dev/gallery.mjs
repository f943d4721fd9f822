/** Writes dev/out/gallery.html: the view in every state, for looking at. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const { outputFiles } = await build({
  entryPoints: [join(here, "gallery.ts")],
  bundle: true,
  write: false,
  format: "iife",
  loader: { ".css": "text" },
});
const page = await readFile(join(here, "gallery.html"), "utf8");
const script = outputFiles[0].text.replaceAll("</script", "<\\/script");
await mkdir(join(here, "out"), { recursive: true });
await writeFile(
  join(here, "out", "gallery.html"),
  page.replace("/* script */", () => script),
);
