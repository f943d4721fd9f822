/** Builds the page, and the extension after it, whenever their sources change. */
import { spawnSync } from "node:child_process";
import { watch } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const js = join(dirname(fileURLToPath(import.meta.url)), "..");
const SETTLE_MS = 100;
let timer;

function build() {
  for (const folder of [js, join(js, "labextension")]) {
    const { status } = spawnSync("npm", ["run", "--silent", "build"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0) return;
  }
  process.stdout.write("The page is built: reload it.\n");
}

for (const folder of ["src", "labextension/src", "labextension/schema"]) {
  watch(join(js, folder), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(build, SETTLE_MS);
  });
}
