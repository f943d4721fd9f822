/**
 * Parts of the page's code that few answers need: asked for in the kernel when the first one does,
 * and kept for the page, as this module is.
 */
import type { ChunkName } from "./wire";

interface Chunk {
  module: Promise<unknown>;
  settle(gzip: DataView<ArrayBuffer>): void;
  here: boolean;
}

const chunks = new Map<ChunkName, Chunk>();

/** The chunk's module, which `ask` is to get from the kernel if it is not here yet. */
export function load(name: ChunkName, ask: () => void): Promise<unknown> {
  const chunk = chunkOf(name);
  if (!chunk.here) ask();
  return chunk.module;
}

/** The kernel sent a chunk; a second copy of it changes nothing. */
export function receiveChunk(name: ChunkName, gzip: DataView<ArrayBuffer> | undefined): void {
  const chunk = chunkOf(name);
  if (!gzip || chunk.here) return;
  chunk.here = true;
  chunk.settle(gzip);
}

function chunkOf(name: ChunkName): Chunk {
  const known = chunks.get(name);
  if (known) return known;
  let settle: Chunk["settle"] = () => {};
  const arrived = new Promise<DataView<ArrayBuffer>>((resolve) => {
    settle = resolve;
  });
  const chunk: Chunk = { module: arrived.then(open), settle, here: false };
  chunk.module.catch(() => chunks.delete(name));
  chunks.set(name, chunk);
  return chunk;
}

async function open(gzip: DataView<ArrayBuffer>): Promise<unknown> {
  const plain = new Blob([gzip]).stream().pipeThrough(new DecompressionStream("gzip"));
  const source = new Blob([await new Response(plain).text()], { type: "text/javascript" });
  const url = URL.createObjectURL(source);
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
