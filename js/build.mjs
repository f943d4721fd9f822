/**
 * Writes what the kernel hands to the page: the stub (`_esm`) and the gzipped runtime, styles
 * inside. The same sources give the same bytes.
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundle, licences } from "./bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "nbstream", "static");

/** gzip with no time and no system in its header (bytes 4 to 7 and 9). */
function gzip(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}

const runtime = gzip(await bundle("src/widget.ts"));
const hash = createHash("sha256").update(runtime).digest("hex").slice(0, 16);
const stub = await bundle("src/stub.ts", { define: { NBSTREAM_RUNTIME: JSON.stringify(hash) } });

await mkdir(out, { recursive: true });
await writeFile(join(out, "LICENSES.txt"), await licences());
await writeFile(join(out, "runtime.js.gz"), runtime);
await writeFile(join(out, "stub.js"), stub);
process.stdout.write(`stub.js ${stub.length} bytes, runtime.js.gz ${runtime.length} bytes\n`);
