/** Writes dev/out/gallery.html: the view in every state and all it can draw, for looking at. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const script = (await bundle("dev/gallery.ts")).toString().replaceAll("</script", "<\\/script");
const page = await readFile(join(here, "gallery.html"), "utf8");
await mkdir(join(here, "out"), { recursive: true });
await writeFile(
  join(here, "out", "gallery.html"),
  page.replace("/* script */", () => script),
);
