/**
 * Writes the extension that the wheel installs for JupyterLab and Notebook: our modules as one,
 * then Jupyter's own builder, which makes of it what their pages can load.
 */
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, bundled } from "../bundle.mjs";
import { licences, packagesOf } from "../licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const installed = join(here, "node_modules", "@jupyterlab");
const core = join(here, "lib", "core");
const out = join(here, "..", "..", "src", "nbstream", "labextension");

await mkdir(core, { recursive: true });
// the application's own packages, which are shared and not bundled
const external = ["@jupyterlab/*", "@lumino/*", "./math.js"];
for (const part of ["index", "math", "plugins"]) {
  const code = await bundle(`labextension/src/${part}.ts`, { external });
  await writeFile(join(here, "lib", `${part}.js`), code);
}
await copyFile(join(installed, "core-meta/core.package.json"), join(core, "package.json"));

const builder = join(installed, "builder/lib/build-labextension.js");
const built = spawnSync(process.execPath, [builder, "--core-path", core, here], {
  encoding: "utf8",
});
if (built.status !== 0) {
  process.stderr.write(built.stdout + built.stderr);
  process.exit(1);
}
await copyFile(join(here, "install.json"), join(out, "install.json"));
// Ours are bundled by then, and what the builder bundles of its own is the code that loads them.
const folders = [...packagesOf(bundled), join(here, "node_modules", "webpack")];
await writeFile(join(out, "static", "LICENSES.txt"), await licences(folders));
const { packages } = JSON.parse(
  await readFile(join(out, "static", "third-party-licenses.json"), "utf8"),
);
if (packages.length > 0) {
  const names = packages.map(({ name }) => name).join(", ");
  throw new Error(`bundled by the builder, and not by us, which would list them: ${names}`);
}
process.stdout.write("labextension built\n");
