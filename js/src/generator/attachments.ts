/** What goes with the next prompt: chips, the way files come in, and how far each has come. */
import { element, setText } from "../elements";
import { visible } from "../markdown/invisible";
import { button } from "./controls";
import { type Incoming, incoming } from "./drops";
import { createUploads } from "./uploads";
import type { Limits, Send, State } from "./wire";

/** What the kernel takes for a picture. */
const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

export interface Attaching {
  /** The chips. */
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  update(state: State): void;
  uploaded(id: string, received: number, error: string): void;
  take(incoming: Incoming): void;
}

export function createAttaching(
  document: Document,
  signal: AbortSignal,
  { send, say }: { send: Send; say: (words: string) => void },
): Attaching {
  const list = element(document, "div", "gen-chips");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", "Attached to the next prompt");
  list.hidden = true;
  const arriving = new Map<string, ReturnType<typeof chip>>();
  let attached: ReturnType<typeof chip>[] = [];
  let limits: Limits | null = null;
  let allowed = true;

  const show = () => {
    const shown = [...list.children];
    const chips = [...attached, ...arriving.values()].map((each) => each.element);
    if (chips.length === shown.length && chips.every((each, at) => each === shown[at])) return;
    const at = shown.findIndex((each) => each.querySelector(":focus"));
    list.replaceChildren(...chips);
    list.hidden = chips.length === 0;
    if (at < 0) return;
    // Who took one away by the keyboard goes on with the next.
    const next = chips.find((each) => each === shown[at]) ?? chips[Math.min(at, chips.length - 1)];
    (next?.querySelector<HTMLElement>("button") ?? attach).focus();
  };
  const uploads = createUploads(send, signal, {
    progress: (id, fraction) => arriving.get(id)?.progress(fraction),
    failed(id, sentence) {
      arriving.get(id)?.fail(sentence);
      say(sentence);
    },
    done(id) {
      const made = arriving.get(id);
      arriving.delete(id);
      // It stays in sight: the kernel's next state has it.
      if (made) attached.push(made);
      show();
    },
  });

  const drop = (id: string) => {
    if (arriving.delete(id)) {
      uploads.stop(id);
      show();
    } else send({ type: "detach", id });
  };

  function chip(id: string, name: string, size: string) {
    const label = element(document, "span", "gen-chip-name", name);
    const state = element(document, "span", "gen-chip-size", size);
    const bar = element(document, "progress", "gen-upload");
    bar.setAttribute("aria-label", `Upload of ${visible(name)}`);
    bar.max = 1;
    bar.hidden = true;
    const away = button(document, "×", () => drop(id), "drop");
    away.setAttribute("aria-label", `Take away ${visible(name)}`);
    away.title = "Take it away";
    const made = element(document, "div", "gen-chip", label, " ", state, bar, away);
    made.setAttribute("role", "listitem");
    return {
      id,
      element: made,
      progress(fraction: number) {
        bar.hidden = false;
        bar.value = fraction;
        setText(state, `${Math.floor(fraction * 100)} % of ${size}`);
      },
      arrived(kind: string) {
        bar.hidden = true;
        setText(state, `${kind}, ${size}`);
      },
      fail(sentence: string) {
        bar.hidden = true;
        made.dataset["failed"] = "";
        // The name stands before it.
        const named = sentence.startsWith(`${name} `);
        setText(state, named ? sentence.slice(name.length + 1) : sentence);
      },
    };
  }

  const take = (file: Incoming) => {
    if (!allowed) {
      say("Nothing can be attached here.");
      return;
    }
    const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    const made = chip(id, file.name, bytes(file.size));
    arriving.set(id, made);
    show();
    const sentence = limits && tooLarge(file, limits);
    if (sentence) {
      made.fail(sentence);
      say(sentence);
    } else {
      made.progress(0);
      uploads.start(id, file);
    }
  };

  const input = element(document, "input", "gen-file");
  input.type = "file";
  input.multiple = true;
  input.hidden = true;
  input.addEventListener("change", () => {
    for (const file of input.files ?? []) take(incoming(file));
    input.value = "";
  });
  const attach = button(document, "Attach…", () => input.click());
  attach.append(input);

  return {
    element: list,
    button: attach,
    take,
    uploaded: uploads.received,
    update(state) {
      limits = state.limits;
      allowed = state.show.includes("attach");
      attach.hidden = !allowed;
      attach.title =
        `Text, notebooks and pictures, also dropped or pasted here; ${limits.files} files up to ` +
        `${bytes(limits.bytes)}, pictures up to ${bytes(limits.picture_bytes)}, of their text ` +
        `${limits.characters.toLocaleString("en-US")} characters in all`;
      attached = state.attached.map(({ id, name, size, kind }) => {
        const made = attached.find((each) => each.id === id) ?? chip(id, name, bytes(size));
        made.arrived(kind);
        return made;
      });
      show();
    },
  };
}

/** A sentence about a file that the kernel would not take, or empty. */
function tooLarge(file: Incoming, limits: Limits): string {
  const isPicture = PICTURE.test(file.type);
  const most = isPicture ? limits.picture_bytes : limits.bytes;
  if (file.size <= most) return "";
  const what = isPicture ? " of a picture" : "";
  return `${file.name} has ${bytes(file.size)}; at most ${bytes(most)}${what} can be attached.`;
}

/**
 * The files in what is pasted; none where it is text that also comes as a picture, as from a
 * spreadsheet.
 */
export function pastedFiles(clipboard: DataTransfer | null): File[] {
  const types = clipboard?.types ?? [];
  if (types.includes("text/plain") && types.includes("text/html")) return [];
  return [...(clipboard?.files ?? [])];
}

/** `512 bytes`, `3.4 kB`, `20 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return size === 1 ? "1 byte" : `${size} bytes`;
  const [value, unit] = size < 1e6 ? [size / 1e3, "kB"] : [size / 1e6, "MB"];
  return `${value < 10 && value % 1 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
