/**
 * Writes what the kernel hands to the page: the stub (`_esm`), the gzipped runtime, styles
 * inside, and what it loads when it is needed. The same sources give the same bytes.
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, bundled, zipped } from "./bundle.mjs";
import { licences, packagesOf } from "./licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "nbstream", "static");

const runtime = zipped(await bundle("src/widget.ts"));
const math = zipped(await bundle("src/math.ts"));
const named = (code) => {
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 16);
  return { define: { NBSTREAM_RUNTIME: JSON.stringify(hash) } };
};
// It shows answers with the runtime, which it finds in the page or asks for by its hash.
const generator = zipped(await bundle("src/generator/index.ts", named(runtime)));
const stub = await bundle("src/stub.ts", named(runtime));
const generatorStub = await bundle("src/stub.ts", named(generator));

await mkdir(out, { recursive: true });
await writeFile(join(out, "LICENSES.txt"), await licences(packagesOf(bundled)));
const parts = {
  "stub.js": stub,
  "runtime.js.gz": runtime,
  "math.js.gz": math,
  "generator-stub.js": generatorStub,
  "generator.js.gz": generator,
};
for (const [name, bytes] of Object.entries(parts)) await writeFile(join(out, name), bytes);
const sizes = Object.entries(parts).map(([name, { length }]) => `${name} ${length} bytes`);
process.stdout.write(`${sizes.join(", ")}\n`);
