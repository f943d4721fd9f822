/**
 * Files to the kernel, in pieces as binary buffers: one piece of a file is on its way at a time, so
 * that a slow kernel slows the sending, and what is shown as sent has arrived.
 */
import type { Incoming } from "./drops";
import type { Send } from "./wire";

/** Far below the 10 MB that a Jupyter server takes as one message. */
export const PIECE = 512 * 1024;

const NONE = new Blob();

interface Told {
  progress(id: string, fraction: number): void;
  failed(id: string, sentence: string): void;
  done(id: string): void;
}

export interface Uploads {
  start(id: string, file: Incoming): void;
  stop(id: string): void;
  /** The kernel has so many bytes of it, or says why not. */
  received(id: string, received: number, error: string): void;
}

export function createUploads(send: Send, signal: AbortSignal, told: Told): Uploads {
  const files = new Map<string, { name: string; data: Blob }>();

  const next = async (id: string, offset: number) => {
    const file = files.get(id);
    if (!file) return;
    try {
      const piece = await file.data.slice(offset, offset + PIECE).arrayBuffer();
      if (signal.aborted || !files.has(id)) return;
      send({ type: "upload", id, name: file.name, size: file.data.size, offset }, [piece]);
    } catch {
      fail(id, file.name);
    }
  };
  const fail = (id: string, name: string) => {
    files.delete(id);
    told.failed(id, `${name} cannot be read; a folder cannot be attached.`);
  };

  return {
    start(id, { name, read }) {
      files.set(id, { name, data: NONE });
      read().then(
        (data) => {
          if (!files.has(id)) return;
          files.set(id, { name, data });
          void next(id, 0);
        },
        () => fail(id, name),
      );
    },
    stop(id) {
      if (files.delete(id)) send({ type: "detach", id });
    },
    received(id, received, error) {
      const file = files.get(id);
      if (!file) return;
      if (error) {
        files.delete(id);
        told.failed(id, error);
      } else if (received >= file.data.size) {
        files.delete(id);
        told.done(id);
      } else {
        told.progress(id, received / file.data.size);
        void next(id, received);
      }
    },
  };
}
