import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ExchangeElement } from "../shown";
import type { Model, Runtime } from "../stub";
import { connect as connectRuntime } from "../widget";
import { bytes } from "./attachments";
import { fields } from "./events";
import { connect } from "./index";
import { totalWords } from "./panel";
import { parameterWords } from "./parameters";
import { PIECE } from "./uploads";
import type { FromKernel, Parameters, State, ToKernel, Turn } from "./wire";

/** Painting waits for animation frames, which a busy machine gives late. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5000 });

const runtimes = (globalThis as never)[Symbol.for("nbstream.runtimes")] as
  | Map<string, Promise<Runtime>>
  | undefined;
const NONE: Parameters = {
  system: null,
  max_tokens: null,
  temperature: null,
  top_p: null,
  effort: null,
  seed: null,
};
const START = { seq: 0, at_s: 0, type: "start", version: 1, model: "m", started_at: 0 };
const END = { seq: 2, at_s: 2, type: "end", status: "complete" };
const text = (seq: number, words: string) => ({ seq, at_s: seq, type: "text-delta", text: words });

let sent: [ToKernel, ArrayBuffer[] | undefined][];
let changed: [string, string][];
let control: AbortController;
let connection: ReturnType<typeof connect>;
let el: HTMLElement;
let listeners: [string, () => void][];
/** The kernel, and with it the comm. */
let gone: boolean;
/** What ipywidgets keeps for the widget. */
let kept: Record<string, unknown>;
let widget: { get_state(): object; set_state(state: object): void };

beforeEach(() => {
  const held = runtimes ?? new Map();
  (globalThis as never as Record<symbol, unknown>)[Symbol.for("nbstream.runtimes")] = held;
  held.set("tested-runtime", Promise.resolve({ connect: connectRuntime }));
  sent = [];
  changed = [];
  control = new AbortController();
  gone = false;
  listeners = [];
  kept = { status: "idle" };
  widget = { get_state: () => kept, set_state: (more) => void Object.assign(kept, more) };
  const model = {
    widget_manager: { get_model: async (id: string) => (id === "w1" ? widget : undefined) },
    on: (name: string, listen: () => void) => void listeners.push([name, listen]),
    off: () => {},
    send: (message: ToKernel, _callbacks: unknown, buffers?: ArrayBuffer[]) => {
      if (gone) throw new Error("Cannot send");
      sent.push([message, buffers]);
    },
    set: (name: string, value: string) => void changed.push([name, value]),
    save_changes: () => {},
  };
  connection = connect(model as unknown as Model, control.signal);
  el = document.createElement("div");
  document.body.append(el);
  connection.show(el, control.signal);
});

afterEach(() => {
  control.abort();
  document.body.replaceChildren();
});

function state(more: Partial<State> = {}): { type: "state" } & State {
  return {
    type: "state",
    widget: "",
    accepted: "",
    show: ["model", "system", "max_tokens", "effort", "attach", "events"],
    others: true,
    model: "a/b",
    default: "",
    models: ["a/b"],
    aliases: [],
    parameters: NONE,
    turns: [],
    running: "",
    attached: [],
    undo: "",
    tokens: 0,
    cost: null,
    limits: { bytes: 20e6, picture_bytes: 5e6, files: 20, characters: 40000 },
    ...more,
  };
}

const turn = (id: string, status: Turn["status"] = "complete"): Turn => ({
  id,
  prompt: `Prompt ${id}`,
  attached: [],
  status,
});
const find = <T extends HTMLElement>(selector: string) => el.querySelector<T>(selector) as T;
const box = () => find<HTMLTextAreaElement>(".nbstream-gen-composer > textarea");
const go = () => find<HTMLButtonElement>(".nbstream-gen-composer .nbstream-gen-primary");
const acts = () => [...el.querySelectorAll<HTMLButtonElement>(".nbstream-gen-act")];
const act = (label: string) =>
  acts().find((each) => each.getAttribute("aria-label") === label) as HTMLButtonElement;
const messages = (type: ToKernel["type"]) =>
  sent.map(([message]) => message).filter((message) => message.type === type);
const stream = (id: string, frames: unknown[]): FromKernel => ({
  type: "stream",
  id,
  message: { type: "frames", after: (frames[0] as { seq: number }).seq - 1, frames },
});
const press = (target: HTMLElement, key: string, more: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));

test("a prompt stays in its box until the kernel has taken it", () => {
  connection.receive(state());
  expect(box().dir).toBe("auto");
  box().value = "Say something.";
  press(box(), "Enter");
  expect(messages("generate")).toEqual([]);
  press(box(), "Enter", { metaKey: true });
  expect(messages("generate")).toHaveLength(1);
  press(box(), "Enter", { ctrlKey: true });
  const [asked] = messages("generate") as { prompt: string; ask: string }[];
  expect(messages("generate")).toHaveLength(1);
  expect(asked?.prompt).toBe("Say something.");
  expect(go().textContent).toBe("Sending…");
  connection.receive({ type: "problem", text: "No key.", ask: asked?.ask ?? "" });
  expect(box().value).toBe("Say something.");
  expect(find('[role="alert"]:not([hidden])').textContent).toBe("No key.");
  go().click();
  const { ask } = messages("generate")[1] as { ask: string };
  connection.receive(state({ accepted: ask, turns: [turn("t1", "live")], running: "t1" }));
  expect(box().value).toBe("");
  expect(go().textContent).toBe("Cancel");
  expect(el.querySelector('[role="alert"]:not([hidden])')).toBe(null);
});

test("an answer is shown as a live output is, and Cancel is its own", async () => {
  connection.receive(state({ turns: [turn("t0")] }));
  connection.receive(state({ turns: [turn("t0"), turn("t1", "live")], running: "t1" }));
  expect(messages("stream")).toEqual([
    { type: "stream", id: "t0", message: { type: "sync", seq: -1 } },
  ]);
  connection.receive(stream("t1", [START, text(1, "so *far*")]));
  const log = () => find(".nbstream-gen-turn:last-child [role=log]");
  await eventually(() => expect(log()?.textContent?.trim()).toBe("so far"));
  sent = [];
  go().click();
  go().click();
  expect(messages("stream")).toEqual([{ type: "stream", id: "t1", message: { type: "cancel" } }]);
  expect(go().textContent).toBe("Cancelling…");
  connection.receive(stream("t1", [END]));
  connection.receive(state({ turns: [turn("t0"), turn("t1", "cancelled")] }));
  expect(go().textContent).toBe("Generate");
  expect(changed).toEqual([["_heard", "t1"]]);
});

test("a front end whose models are of another make shows the answer all the same", async () => {
  (widget as { set_state: unknown }).set_state = undefined;
  connection.receive(state({ widget: "w1", turns: [turn("t1", "live")], running: "t1" }));
  await vi.waitFor(() => expect(act("Copy answer 1").hidden).toBe(true));
  connection.receive(stream("t1", [START, text(1, "One.")]));
  expect(act("Copy answer 1").hidden).toBe(false);
});

test("what is linked to in the page has the text and the last whole answer, what is saved neither", async () => {
  const turns = [turn("t0"), turn("t1", "live")];
  connection.receive(state({ widget: "w1", turns, running: "t1" }));
  await eventually(() => expect(kept).toEqual({ status: "idle", text: "", value: "" }));
  connection.receive(stream("t0", [START, text(1, "One."), END]));
  connection.receive(stream("t1", [START, text(1, "Two")]));
  expect(kept).toEqual({ status: "idle", text: "Two", value: "One." });
  connection.receive(stream("t1", [text(2, ".")]));
  connection.receive(stream("t1", [{ ...END, seq: 3 }]));
  expect(kept).toEqual({ status: "idle", text: "Two.", value: "Two." });
  expect(widget.get_state()).toEqual({ status: "idle", text: "", value: "" });
});

test("a page that comes in mid-stream asks for what was said", () => {
  connection.receive(state({ turns: [turn("t1", "live")], running: "t1" }));
  expect(messages("stream")).toHaveLength(1);
});

test("an answer that says nothing is not copied, one that comes later is", () => {
  connection.receive(state({ turns: [turn("t1", "cancelled"), turn("t2", "cancelled")] }));
  connection.receive(stream("t1", [START, { ...END, seq: 1 }]));
  connection.receive(stream("t2", [START, text(1, "Some."), END]));
  expect([act("Copy answer 1").hidden, act("Copy answer 2").hidden]).toEqual([true, false]);
});

test("what was copied and what was taken away is said politely, each once", async () => {
  const spoken = find(".nbstream-gen-spoken");
  const said = () => {
    const words = spoken.textContent;
    spoken.textContent = "";
    return words;
  };
  expect(spoken.getAttribute("aria-live")).toBe("polite");
  const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  connection.receive(state({ turns: [turn("t1"), turn("t2"), turn("t3")] }));
  connection.receive(stream("t1", [START, text(1, "Some."), END]));
  expect(said()).toBe("");
  act("Copy answer 1").click();
  await eventually(() => expect(spoken.textContent).toBe("The answer is copied."));
  expect(write).toHaveBeenCalledWith("Some.");
  write.mockRejectedValue(new Error("not allowed"));
  act("Copy answer 1").click();
  await eventually(() => expect(spoken.textContent).toBe("The answer was not copied."));
  said();

  const undo = "1 exchange is deleted.";
  connection.receive(state({ turns: [turn("t1"), turn("t2")], undo }));
  expect(said()).toBe(undo);
  connection.receive(state({ turns: [turn("t1"), turn("t2")], undo }));
  expect(said()).toBe("");
  connection.receive(state({ turns: [turn("t1")], undo }));
  expect(said()).toBe(undo);
  connection.receive(state({ turns: [turn("t1"), turn("t2")] }));
  expect(said()).toBe("");
  const replaced = "1 exchange is replaced.";
  connection.receive(state({ turns: [turn("t4", "live")], running: "t4", undo: replaced }));
  expect(said()).toBe(replaced);
  connection.receive(state({ turns: [turn("t4")], undo: replaced }));
  expect(said()).toBe("");
});

test("a kernel that is gone is told of when something is asked of it, and the prompt stays", () => {
  connection.receive(state({ turns: [turn("t1")] }));
  gone = true;
  box().value = "Say something.";
  go().click();
  const trouble = () => find(".nbstream-gen-composer > [role=alert]");
  expect(trouble().textContent).toContain("gone: run the cell again.");
  expect([box().value, go().textContent]).toEqual(["Say something.", "Generate"]);
});

test("a comm that goes is doubted, and is no answer's that is still being written", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const live = state({ turns: [turn("t1", "live")], running: "t1" });
    connection.receive(live);
    for (const [name, listen] of listeners) if (name === "comm_live_update") listen();
    expect(messages("look")).toHaveLength(1);
    connection.receive(live);
    vi.advanceTimersByTime(4000);
    expect(go().textContent).toBe("Cancel");
    for (const [name, listen] of listeners) if (name === "comm_live_update") listen();
    vi.advanceTimersByTime(4000);
    expect(go().textContent).toBe("Generate");
    expect(act("Retry answer 1").disabled).toBe(false);
    expect(find(".nbstream-gen-composer > [role=alert]").textContent).toContain("gone");
  } finally {
    vi.useRealTimers();
  }
});

test("an exchange is retried, deleted and edited, Esc keeps it as it is", () => {
  connection.receive(state({ turns: [turn("t1"), turn("t2")] }));
  act("Retry answer 1").click();
  act("Delete answer 2").click();
  expect(messages("retry")[0]).toMatchObject({ id: "t1" });
  expect(messages("delete")).toEqual([{ type: "delete", id: "t2" }]);
  act("Edit prompt 1").click();
  const editor = find<HTMLTextAreaElement>(".nbstream-gen-editor textarea");
  expect(editor.value).toBe("Prompt t1");
  expect(document.activeElement).toBe(editor);
  press(editor, "Escape");
  expect(find(".nbstream-gen-editor").hidden).toBe(true);
  act("Edit prompt 1").click();
  editor.value = "Other";
  press(editor, "Enter", { ctrlKey: true });
  expect(messages("edit")[0]).toMatchObject({ id: "t1", prompt: "Other" });
  const { ask } = messages("edit")[0] as { ask: string };
  connection.receive({ type: "problem", text: "Not now.", ask });
  expect(find(".nbstream-gen-turn [role=alert]").textContent).toBe("Not now.");
  connection.receive(state({ turns: [turn("t3", "live")], running: "t3" }));
  expect(el.querySelectorAll(".nbstream-gen-turn")).toHaveLength(1);
});

test("whoever asks gets an answer's Markdown from the kernel, and is told while that is busy", async () => {
  connection.receive(state({ turns: [turn("t1"), turn("t2")] }));
  const answer = find<ExchangeElement>(".nbstream-gen-turn:last-child > .nbstream-gen-answer");
  expect(answer.asked?.()).toBe("Prompt t2");
  const markdown = answer.markdown?.();
  expect(messages("markdown")).toEqual([{ type: "markdown", id: "t2" }]);
  const trouble = () => find(".nbstream-gen-turn:last-child > [role=alert]");
  await eventually(() => expect(trouble().textContent).toContain("The kernel is busy"));
  connection.receive({ type: "markdown", id: "t2", text: "Safe." });
  expect(await markdown).toBe("Safe.");
  expect(trouble().hidden).toBe(true);
});

test("a file goes in pieces, each after the one before has arrived, as far as it has", async () => {
  connection.receive(state());
  const file = new File([new Uint8Array(PIECE + 10)], "a.txt");
  const input = find<HTMLInputElement>("input[type=file]");
  Object.defineProperty(input, "files", { value: [file] });
  input.dispatchEvent(new Event("change"));
  await eventually(() => expect(messages("upload")).toHaveLength(1));
  const [[first, buffers]] = sent.filter(([m]) => m.type === "upload") as never as [
    [{ id: string }, ArrayBuffer[]],
  ];
  expect(first).toMatchObject({ name: "a.txt", size: PIECE + 10, offset: 0 });
  expect(buffers[0]?.byteLength).toBe(PIECE);
  connection.receive({ type: "uploaded", id: first.id, received: PIECE, error: "" });
  await eventually(() => expect(messages("upload")).toHaveLength(2));
  expect(messages("upload")[1]).toMatchObject({ offset: PIECE });
  expect(find(".nbstream-gen-chip-size").textContent).toBe("99 % of 524 kB");
  const chip = find(".nbstream-gen-chip");
  const away = find(".nbstream-gen-drop");
  away.focus();
  connection.receive({ type: "uploaded", id: first.id, received: PIECE + 10, error: "" });
  const here = { id: first.id, name: "a.txt", size: PIECE + 10, kind: "file" };
  const other = { ...here, id: "df", name: "df" };
  connection.receive(state({ attached: [other, here] }));
  expect(find(".nbstream-gen-chip:last-child")).toBe(chip);
  expect(chip.textContent).toContain("file, 524 kB");
  expect(document.activeElement).toBe(away);
  away.click();
  expect(messages("detach")).toEqual([{ type: "detach", id: first.id }]);
  connection.receive(state({ attached: [other] }));
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Take away df");
  connection.receive(state());
  expect(document.activeElement?.textContent).toBe("Attach…");
});

test("what had the focus may be gone by what it did: then the conversation has it, or the prompt", () => {
  connection.receive(state({ turns: [turn("t1"), turn("t2")] }));
  act("Retry answer 2").focus();
  connection.receive(state({ turns: [turn("t1"), turn("t3", "live")], running: "t3" }));
  const conversation = find("[aria-label=Conversation]");
  expect(document.activeElement).toBe(conversation);
  press(conversation, "Escape");
  connection.receive(state({ turns: [turn("t1"), turn("t3")] }));
  expect(document.activeElement).toBe(conversation);
  act("Delete answer 1").focus();
  connection.receive(state({ undo: "1 exchange is deleted." }));
  expect(document.activeElement).toBe(box());
  acts()
    .find((each) => each.textContent === "Undo")
    ?.focus();
  connection.receive(state({ turns: [turn("t1")] }));
  expect(document.activeElement).toBe(box());
  const other = document.createElement("button");
  document.body.append(other);
  other.focus();
  connection.receive(state());
  expect(document.activeElement).toBe(other);
});

test("a key pressed on a button is no command of the notebook's", () => {
  connection.receive(state({ turns: [turn("t1")] }));
  const heard: string[] = [];
  document.body.addEventListener("keydown", ({ key }) => heard.push(key));
  for (const key of ["x", "d", "Enter", "i", "Escape"]) press(act("Copy answer 1"), key);
  expect(heard).toEqual(["i", "Escape"]);
});

test("what is dropped on it or pasted into the prompt is attached, text is left to the browser", async () => {
  connection.receive(state());
  const give = (target: HTMLElement, type: string, types: string[], ...files: File[]) => {
    const event = new Event(type, { bubbles: true, cancelable: true });
    const transfer = { types, files };
    Object.assign(
      event,
      type === "paste" ? { clipboardData: transfer } : { dataTransfer: transfer },
    );
    target.dispatchEvent(event);
    return event.defaultPrevented;
  };
  const root = find(".nbstream-gen");
  expect(give(root, "dragover", ["text/plain"])).toBe(false);
  expect(root.hasAttribute("data-over")).toBe(false);
  expect(give(root, "dragover", ["Files"])).toBe(true);
  expect(root.hasAttribute("data-over")).toBe(true);
  expect(give(root, "drop", ["Files"], new File(["a"], "a.txt"), new File(["b"], "b.txt"))).toBe(
    true,
  );
  expect(root.hasAttribute("data-over")).toBe(false);
  const picture = new File(["p"], "image.png", { type: "image/png" });
  expect(give(box(), "paste", ["text/html", "Files"], picture)).toBe(true);
  expect(give(box(), "paste", ["text/plain"])).toBe(false);
  expect(give(box(), "paste", ["text/plain", "text/html", "Files"], picture)).toBe(false);
  await eventually(() => expect(messages("upload")).toHaveLength(3));
  const names = messages("upload").map((message) => "name" in message && message.name);
  expect(names).toEqual(["a.txt", "b.txt", "image.png"]);
});

test("a file dragged from JupyterLab's file browser is read when it is dropped, several are not", async () => {
  connection.receive(state());
  const contents = { name: "a.ipynb", size: 8, type: "notebook", format: "json", content: [1, 2] };
  const drag = (type: string, paths: string[]) => {
    const read = vi.fn(async () => contents);
    const data: Record<string, unknown> = {
      "application/x-jupyter-icontents": paths,
      "application/x-jupyter-icontentsrich": { model: contents, withContent: read },
    };
    const mimeData = {
      hasData: (name: string) => name in data,
      getData: (name: string) => data[name],
    };
    const event = new Event(type, { bubbles: true, cancelable: true });
    Object.assign(event, { mimeData, proposedAction: "move", dropAction: "none" });
    find(".nbstream-gen-foot").dispatchEvent(event);
    return { event: event as Event & { dropAction: string }, read };
  };
  const over = drag("lm-dragover", ["a.ipynb"]);
  expect([over.event.defaultPrevented, over.event.dropAction]).toEqual([true, "move"]);
  expect(over.read).not.toHaveBeenCalled();
  drag("lm-drop", ["a.ipynb", "b.ipynb"]);
  expect(find(".nbstream-gen-composer > [role=alert]").textContent).toContain("one at a time");
  drag("lm-drop", ["a.ipynb"]);
  await eventually(() => expect(messages("upload")).toHaveLength(1));
  const [, buffers] = sent.at(-1) ?? [];
  expect(new TextDecoder().decode(buffers?.[0])).toBe("[1,2]");
  expect(messages("upload")[0]).toMatchObject({ name: "a.ipynb", size: 5 });
});

test("a file or a picture that is too large is told of before a byte of it is sent", () => {
  const limits = { bytes: 5, picture_bytes: 2, files: 20, characters: 1 };
  connection.receive(state({ limits }));
  const input = find<HTMLInputElement>("input[type=file]");
  const picture = new File(["png"], "b.png", { type: "image/png" });
  Object.defineProperty(input, "files", { value: [new File(["too large"], "a.txt"), picture] });
  input.dispatchEvent(new Event("change"));
  const chips = [...el.querySelectorAll(".nbstream-gen-chip")].map((chip) => chip.textContent);
  expect(chips[0]).toContain("a.txt has 9 bytes; at most 5 bytes can be attached.");
  expect(chips[0]).not.toContain("a.txt a.txt");
  expect(chips[1]).toContain("b.png has 3 bytes; at most 2 bytes of a picture can be attached.");
  expect(messages("upload")).toEqual([]);
});

test("the events are asked for while the console is open, from the last that is there", () => {
  connection.receive(state({ turns: [turn("t1", "live")], running: "t1" }));
  expect(messages("events")).toEqual([]);
  acts()
    .find((each) => each.textContent === "Events")
    ?.click();
  expect(messages("events")).toEqual([{ type: "events", id: "t1", after: -1 }]);
  const frames = [START, text(1, "<b>x</b>")];
  connection.receive({ type: "events", id: "t1", frames, more: true });
  connection.receive({ type: "events", id: "t1", frames, more: false });
  expect(messages("events")).toHaveLength(2);
  expect(messages("events")[1]).toEqual({ type: "events", id: "t1", after: 1 });
  const rows = el.querySelectorAll(".nbstream-gen-rows tr");
  expect([...rows].map((row) => row.lastElementChild?.textContent)).toEqual([
    'version: 1, model: "m", started_at: 0',
    'text: "<b>x</b>"',
  ]);
});

test("what is typed is no command of the notebook's, but saving is", () => {
  const heard = vi.fn();
  el.addEventListener("keydown", heard);
  press(box(), "d");
  press(box(), "Enter", { ctrlKey: true });
  expect(heard).not.toHaveBeenCalled();
  const keys = { key: "s", ctrlKey: true, bubbles: true, cancelable: true };
  const save = () => box().dispatchEvent(new KeyboardEvent("keydown", keys));
  expect(save()).toBe(true);
  el.addEventListener("keydown", (event) => event.preventDefault());
  expect(save()).toBe(false);
  expect(heard).toHaveBeenCalledTimes(2);
  expect(box().getAttribute("data-lm-suppress-shortcuts")).toBe("true");
});

test("parameters are sent as numbers, and as null where they are left to the provider", () => {
  connection.receive(state());
  const field = find<HTMLInputElement>(".nbstream-gen-parameters input");
  for (const value of ["64", ""]) {
    field.value = value;
    field.dispatchEvent(new Event("change"));
  }
  expect(messages("set")).toEqual([
    { type: "set", name: "max_tokens", value: 64 },
    { type: "set", name: "max_tokens", value: null },
  ]);
});

test("models are offered with the reader's aliases, and looked for when somebody looks", () => {
  const select = find<HTMLSelectElement>(".nbstream-gen-model");
  const options = () =>
    [...select.querySelectorAll("option")].map(({ value, text }) => [value, text]);
  connection.receive(state({ default: "a/c" }));
  expect(options().slice(0, 2)).toEqual([
    ["", "Default: a/c"],
    ["a/b", "a/b"],
  ]);
  expect(select.querySelector("optgroup")).toBe(null);
  select.dispatchEvent(new Event("focus"));
  select.dispatchEvent(new Event("focus"));
  expect(sent.map(([message]) => message.type)).toEqual(["models", "look"]);
  const aliases = [{ name: "house", model: "openai-chat/m" }];
  connection.receive(state({ model: "house", aliases }));
  expect(options().slice(0, 2)).toEqual([
    ["house", "house (openai-chat/m)"],
    ["a/b", "a/b"],
  ]);
  expect([...select.querySelectorAll("optgroup")].map(({ label }) => label)).toEqual([
    "Aliases",
    "Models",
  ]);
  expect(select.value).toBe("house");
  select.value = "a/b";
  select.dispatchEvent(new Event("change"));
  expect(messages("set")).toEqual([{ type: "set", name: "model", value: "a/b" }]);
});

test("words", () => {
  expect(parameterWords(NONE)).toBe("");
  expect(parameterWords({ ...NONE, system: "Long.", max_tokens: 9, temperature: 0 })).toBe(
    "instructions, max tokens 9, temperature 0",
  );
  expect(totalWords(state())).toBe("");
  const turns = [turn("a"), turn("b"), turn("c", "live")];
  expect(totalWords(state({ turns, tokens: 1204, cost: 0.25 }))).toBe(
    "2 answers, 1,204 tokens, $0.25",
  );
  expect([1, 999, 3400, 20e6].map(bytes)).toEqual(["1 byte", "999 bytes", "3.4 kB", "20 MB"]);
  expect(fields({ seq: 1, at_s: 0, type: "notice", level: "info" })).toBe('level: "info"');
});

test("controls that the page may not use are not drawn, and what is dropped is not sent", () => {
  const hidden = () =>
    [".nbstream-gen-chooser", "[aria-expanded]", ".nbstream-gen-row > .nbstream-gen-button"].map(
      (selector) => [...el.querySelectorAll<HTMLElement>(selector)].every((each) => each.hidden),
    );
  connection.receive(state({ show: [], others: false, parameters: {} }));
  expect(hidden()).toEqual([true, true, true]);
  connection.receive(state({ show: ["max_tokens"], others: false, parameters: { max_tokens: 5 } }));
  const labels = [...el.querySelectorAll<HTMLElement>(".nbstream-gen-parameters > label")];
  expect(labels.filter((each) => !each.hidden).map((each) => each.textContent)).toEqual([
    "Longest answer, in tokens",
  ]);
  const dropped = new Event("paste", { bubbles: true }) as Event & { clipboardData?: unknown };
  dropped.clipboardData = { types: [], files: [new File(["x"], "a.txt")] };
  box().dispatchEvent(dropped);
  expect(el.querySelector(".nbstream-gen-chip")).toBeNull();
  connection.receive(state({ others: false }));
  const names = [...el.querySelectorAll("option")].map((each) => each.textContent);
  expect(names).toContain("a/b");
  expect(names).not.toContain("Another model…");
});
