/**
 * Drives the page's code as it is shipped, under a policy that lets no text become markup. Frames
 * are drawn when `frame` says so, so that each character is a frame of its own.
 */
import startGenerator from "/generator-stub.js";
import start from "/stub.js";

const MIME = "application/vnd.nbstream.v1+json";
const gzip = new DataView(await (await fetch("/runtime.js.gz")).arrayBuffer());
const generator = new DataView(await (await fetch("/generator.js.gz")).arrayBuffer());
const math = new DataView(await (await fetch("/math.js.gz")).arrayBuffer());
const waiting = new Map();
let asked = 0;
window.requestAnimationFrame = (draw) => waiting.set(++asked, draw) && asked;
window.cancelAnimationFrame = (number) => waiting.delete(number);
const frame = () => {
  const draws = [...waiting.values()];
  waiting.clear();
  for (const draw of draws) draw(performance.now());
};

window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, sample }) =>
  violations.push(`${violatedDirective}: ${sample}`),
);

/** An answer that says the text in its thoughts, notices and error too. */
function* framesOf(text, pieces) {
  let seq = 0;
  const next = (type, fields) => ({ seq: seq++, at_s: 0, type, ...fields });
  yield next("start", { version: 1, model: `m/${text}`, started_at: 0 });
  yield next("phase-start", { phase: "thinking", detail: text });
  yield next("notice", { level: "warning", text });
  yield next("reasoning-delta", { text });
  yield next("phase-start", { phase: "writing" });
  for (const piece of pieces) yield next("text-delta", { text: piece });
  yield next("end", { status: "failed", error: text, code: "code" });
}

/** The live view, a character at a time; what it shows at the end. */
window.live = async (text) => {
  const life = new AbortController();
  const { signal } = life;
  const listeners = new Map();
  let asksForMath = false;
  const model = {
    on: (name, listen) => listeners.set(name, listen),
    off: (name) => listeners.delete(name),
    send: (message) => {
      if (message.type !== "chunk") return;
      asksForMath = true;
      say(message, [math]);
    },
  };
  const say = (message, buffers = []) => listeners.get("msg:custom")(message, buffers);
  const el = document.body.appendChild(document.createElement("div"));
  const widget = start();
  widget.initialize({ model, signal });
  widget.render({ model, el, signal });
  say({ type: "runtime" }, [gzip]);
  while (!el.querySelector("[role=log]")) await new Promise((done) => setTimeout(done));
  let prefixes = 0;
  for (const one of framesOf(text, [...text])) {
    say({ type: "frames", after: one.seq - 1, frames: [one] });
    frame();
    prefixes++;
  }
  // only the first formula of the page asks, and that one can be drawn
  while (asksForMath && !el.querySelector("math")) await new Promise((done) => setTimeout(done));
  const status = el.querySelector(".nbstream").dataset.status;
  const shown = el.textContent;
  life.abort();
  el.remove();
  if (status !== "failed") throw new Error(`${status}: ${text}`);
  return { prefixes, shown };
};

/** The saved answer as the MIME renderer draws it. */
window.saved = async (text) => {
  const { default: extension } = await import("/renderer.js");
  const renderer = extension.rendererFactory.createRenderer();
  document.body.append(renderer.node);
  const frames = [...framesOf(text, [text])];
  await renderer.renderModel({ data: { [MIME]: { version: 1, frames } } });
  const drawn = renderer.node.querySelector(".nbstream[data-status=failed]");
  const shown = renderer.node.textContent;
  renderer.node.remove();
  renderer.dispose();
  if (!drawn) throw new Error(`not drawn: ${text}`);
  return { prefixes: 1, shown };
};

/** A Generator in which everything that anybody can name is called by the text. */
window.generator = async (text) => {
  const life = new AbortController();
  const { signal } = life;
  const listeners = new Map();
  const sent = [];
  const say = (message, buffers = []) => listeners.get("msg:custom")(message, buffers);
  const model = {
    on: (name, listen) => listeners.set(name, listen),
    off: (name) => listeners.delete(name),
    set: () => {},
    save_changes: () => {},
    send: (message) => {
      sent.push(message.type);
      if (message.type === "chunk") say(message, [gzip]);
    },
  };
  const turn = { id: "t1", prompt: text, attached: [text], status: "failed" };
  const state = {
    type: "state",
    widget: "",
    accepted: "",
    model: text,
    default: text,
    models: [text],
    aliases: [{ name: text, model: text }],
    show: ["model", "system", "max_tokens", "effort", "attach", "events"],
    parameters: { system: text, effort: text, max_tokens: 1 },
    turns: [turn],
    running: "",
    attached: [{ id: "u", name: text, size: 1, kind: text }],
    undo: text,
    tokens: 1,
    cost: 1,
    limits: { bytes: 1, picture_bytes: 1, files: 1, characters: 1 },
  };
  const el = document.body.appendChild(document.createElement("div"));
  const widget = startGenerator();
  widget.initialize({ model, signal });
  widget.render({ model, el, signal });
  say({ type: "runtime" }, [generator]);
  say(state);
  while (!el.querySelector("[role=log]")) await new Promise((done) => setTimeout(done));
  const frames = [...framesOf(text, [text])];
  say({ type: "stream", id: "t1", message: { type: "snapshot", frames } });
  await new Promise((done) => setTimeout(done));
  frame();
  for (const button of el.querySelectorAll(".nbstream-gen button:not([aria-disabled])")) {
    if (button.textContent !== "Attach…") button.click();
  }
  say({ type: "events", id: "t1", frames, more: false });
  say({ type: "problem", text, ask: "" });
  say({ type: "listed", problem: text });
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], text));
  el.firstChild.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
  const status = el.querySelector(".nbstream").dataset.status;
  const shown = el.querySelector(".nbstream-gen-rows").textContent && el.textContent;
  life.abort();
  el.remove();
  if (status !== "failed" || !sent.includes("retry")) throw new Error(`${status}: ${text}`);
  return { prefixes: 1, shown };
};
window.ready = true;
