import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.env["NBSTREAM_VECTORS"] ?? join(here, "../../../../../shared/vectors");

export interface Example {
  example: number;
  section: string;
  /** The extension an example of the GFM specification is about. */
  ext: string | null;
  markdown: string;
  html: string;
}

/** The cases in a file of the shared vectors, or null where they are not there. */
export function readVectors<T>(name: string): T[] | null {
  const path = join(folder, name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T[]) : null;
}

export const NO_VECTORS = "the shared test vectors are not here (set NBSTREAM_VECTORS)";
