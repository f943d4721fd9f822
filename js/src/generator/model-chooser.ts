/** Which model is asked: one of a list, or any other by its name. */
import { element } from "../elements";
import { own } from "./controls";
import type { Send, State } from "./wire";

const OTHER = "\0other";

export interface ModelChooser {
  readonly element: HTMLElement;
  update(state: State): void;
}

export function createModelChooser(document: Document, send: Send): ModelChooser {
  const select = element(document, "select", "gen-model");
  select.setAttribute("aria-label", "Model");
  const typed = element(document, "input", "gen-input");
  typed.setAttribute("aria-label", "Model, as provider/model");
  typed.placeholder = "provider/model";
  typed.autocomplete = "off";
  typed.spellcheck = false;
  typed.hidden = true;
  own(select);
  own(typed);
  let shown = "";
  let model = "";
  /** The provider whose list was asked for. */
  let listed = "";

  const choose = (value: string) => send({ type: "set", name: "model", value: value || null });
  const typing = (on: boolean) => {
    typed.hidden = !on;
    select.hidden = on;
    if (on) typed.value = model;
    else select.value = model;
    (on ? typed : select).focus();
    if (on) typed.select();
  };
  select.addEventListener("change", () => {
    if (select.value === OTHER) typing(true);
    else choose(select.value);
  });
  // The provider is asked what it has when somebody looks, not before, and once; the kernel each
  // time, which may know other aliases by then.
  const look = () => {
    const provider = model.split("/")[0] ?? "";
    send({ type: listed === provider ? "look" : "models" });
    listed = provider;
  };
  select.addEventListener("focus", look);
  select.addEventListener("pointerdown", look);
  typed.addEventListener("keydown", (event) => {
    if (event.key === "Enter") choose(typed.value.trim());
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    typing(false);
  });
  typed.addEventListener("blur", () => {
    if (typed.hidden) return;
    if (typed.value.trim() !== model) choose(typed.value.trim());
    typed.hidden = true;
    select.hidden = false;
    select.value = model;
  });

  const root = element(document, "div", "gen-chooser", select, typed);
  return {
    element: root,
    update(state) {
      root.hidden = !state.show.includes("model");
      model = state.model;
      const { aliases } = state;
      const all = [...state.models];
      const known = [...all, ...aliases.map(({ name }) => name)];
      if (model && !known.includes(model)) all.unshift(model);
      const key = JSON.stringify([all, aliases, state.default, state.others]);
      if (key !== shown) {
        shown = key;
        const option = (value: string, label: string) => {
          const made = element(document, "option", "gen-option", label);
          made.value = value;
          return made;
        };
        const group = (label: string, options: HTMLElement[]) => {
          const made = element(document, "optgroup", "gen-options", ...options);
          made.label = label;
          return aliases.length > 0 ? [made] : options;
        };
        const { default: usual } = state;
        select.replaceChildren(
          ...(usual || !model ? [option("", usual ? `Default: ${usual}` : "No model")] : []),
          ...group(
            "Aliases",
            aliases.map((alias) => option(alias.name, `${alias.name} (${alias.model})`)),
          ),
          ...group("Models", [
            ...all.map((name) => option(name, name)),
            ...(state.others ? [option(OTHER, "Another model…")] : []),
          ]),
        );
      }
      if (select.value !== model) select.value = model;
    },
  };
}
