/** Files that are dropped on the Generator: from the desktop, and from JupyterLab's file browser. */

/** A file that is to be read when it is wanted. */
export interface Incoming {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly type: string;
  read(): Promise<Blob>;
}

interface Kit {
  readonly take: (incoming: Incoming) => void;
  /** Why nothing was taken. */
  readonly refuse: (sentence: string) => void;
}

const PATHS = "application/x-jupyter-icontents";
const CONTENTS = "application/x-jupyter-icontentsrich";
const ONE =
  "From the file browser files come one at a time; drop them from elsewhere, or choose them.";

/** What JupyterLab's contents service says of a file. */
interface Contents {
  readonly name: string;
  readonly type: string;
  readonly size?: number | null;
  readonly mimetype?: string | null;
  readonly format: "text" | "base64" | "json" | null;
  readonly content: unknown;
}

/** An event of Lumino's own way of dragging. */
interface LuminoDrag extends Event {
  dropAction: string;
  readonly proposedAction: string;
  readonly relatedTarget: EventTarget | null;
  readonly mimeData: { hasData(type: string): boolean; getData(type: string): unknown };
}

export function incoming(file: File): Incoming {
  return { name: file.name, size: file.size, type: file.type, read: async () => file };
}

export function takeDrops(root: HTMLElement, signal: AbortSignal, { take, refuse }: Kit): void {
  const over = (is: boolean) => root.toggleAttribute("data-over", is);
  /** `begin` is what the events' names begin with, `has` whether such a drag is for us. */
  const listen = <E extends Event & { readonly relatedTarget: EventTarget | null }>(
    begin: string,
    has: (event: E) => boolean,
    drop: (event: E) => void,
  ) => {
    const on = (name: string, act: (event: E) => void) =>
      root.addEventListener(
        begin + name,
        (event) => {
          if (!has(event as E)) return;
          // Else the browser leaves the notebook for the file.
          event.preventDefault();
          event.stopPropagation();
          act(event as E);
        },
        { signal },
      );
    on("dragenter", () => over(true));
    on("dragover", (event) => {
      over(true);
      accept(event);
    });
    on("dragleave", ({ relatedTarget }) => over(root.contains(relatedTarget as Node | null)));
    on("drop", (event) => {
      over(false);
      accept(event);
      drop(event);
    });
  };

  listen<DragEvent>(
    "",
    ({ dataTransfer }) => dataTransfer?.types.includes("Files") ?? false,
    ({ dataTransfer }) => {
      for (const file of dataTransfer?.files ?? []) take(incoming(file));
    },
  );
  listen<LuminoDrag>(
    "lm-",
    ({ mimeData }) => mimeData.hasData(CONTENTS),
    ({ mimeData }) => {
      // Of several it has the last alone.
      if ((mimeData.getData(PATHS) as string[] | undefined)?.[1] !== undefined) refuse(ONE);
      else take(ofContents(mimeData.getData(CONTENTS) as Parameters<typeof ofContents>[0]));
    },
  );
}

function accept(event: Event): void {
  if ("proposedAction" in event) (event as LuminoDrag).dropAction = String(event.proposedAction);
}

function ofContents({
  model: { name, size, mimetype, type },
  withContent,
}: {
  model: Contents;
  withContent: () => Promise<Contents>;
}): Incoming {
  return {
    name,
    size: size ?? 0,
    type: mimetype ?? "",
    async read() {
      if (type === "directory") throw new Error("it is a folder");
      const { format, content } = await withContent();
      if (format === "base64") {
        return new Blob([Uint8Array.from(atob(String(content)), (each) => each.charCodeAt(0))]);
      }
      return new Blob([format === "json" ? JSON.stringify(content) : String(content)]);
    },
  };
}
