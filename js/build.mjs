/**
 * Writes what the kernel hands to the page: the stub (`_esm`), the gzipped runtime, styles
 * inside, and what it loads when it is needed. The same sources give the same bytes.
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, licences, zipped } from "./bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "nbstream", "static");

const runtime = zipped(await bundle("src/widget.ts"));
const hash = createHash("sha256").update(runtime).digest("hex").slice(0, 16);
const math = zipped(await bundle("src/math.ts"));
const stub = await bundle("src/stub.ts", { define: { NBSTREAM_RUNTIME: JSON.stringify(hash) } });

await mkdir(out, { recursive: true });
await writeFile(join(out, "LICENSES.txt"), await licences());
await writeFile(join(out, "runtime.js.gz"), runtime);
await writeFile(join(out, "math.js.gz"), math);
await writeFile(join(out, "stub.js"), stub);
const parts = { "stub.js": stub, "runtime.js.gz": runtime, "math.js.gz": math };
const sizes = Object.entries(parts).map(([name, { length }]) => `${name} ${length} bytes`);
process.stdout.write(`${sizes.join(", ")}\n`);
