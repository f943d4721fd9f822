/** What holds for the next prompt beside its words. */
import { element } from "../elements";
import { labelled, own, textBox } from "./controls";
import type { ParameterName, Parameters, Send } from "./wire";

const EFFORTS = ["minimal", "low", "medium", "high", "max"];
const NUMBERS: readonly [ParameterName, string, { min?: string; max?: string; step: string }][] = [
  ["max_tokens", "Longest answer, in tokens", { min: "1", step: "1" }],
  ["temperature", "Temperature", { min: "0", step: "0.1" }],
  ["top_p", "Top p", { min: "0", max: "1", step: "0.05" }],
  ["seed", "Seed", { step: "1" }],
];
const SHORT: Partial<Record<ParameterName, string>> = { max_tokens: "max tokens", top_p: "top p" };

export interface ParameterFields {
  readonly element: HTMLElement;
  update(parameters: Parameters): void;
}

export function createParameters(document: Document, id: string, send: Send): ParameterFields {
  const fields = new Map<ParameterName, HTMLInputElement | HTMLTextAreaElement>();
  const labels = new Map<ParameterName, HTMLElement>();
  const set = (name: ParameterName, value: string | number | null) =>
    send({ type: "set", name, value });

  const system = textBox(document, "Instructions", 2);
  system.removeAttribute("aria-label");
  system.placeholder = "Instructions that come before the conversation";
  system.addEventListener("change", () => set("system", system.value.trim() ? system.value : null));
  fields.set("system", system);
  const whole = labelled(document, "Instructions (system)", system);
  whole.classList.add("nbstream-gen-wide");
  labels.set("system", whole);
  const parts: HTMLElement[] = [whole];

  for (const [name, label, limits] of NUMBERS) {
    const field = element(document, "input", "gen-input");
    Object.assign(field, { type: "number", placeholder: "default", ...limits });
    own(field);
    field.addEventListener("change", () => {
      // What is no number at all reads as empty: the browser says so at the field.
      if (field.value === "" && field.validity.badInput) return;
      set(name, field.value === "" ? null : field.valueAsNumber);
    });
    fields.set(name, field);
    const labelledField = labelled(document, label, field);
    labels.set(name, labelledField);
    parts.push(labelledField);
  }

  const effort = element(document, "input", "gen-input");
  const known = element(document, "datalist", "gen-list");
  known.id = `${id}-efforts`;
  for (const word of EFFORTS) known.append(element(document, "option", "gen-option", word));
  effort.setAttribute("list", known.id);
  effort.placeholder = "default";
  effort.autocomplete = "off";
  own(effort);
  effort.addEventListener("change", () => set("effort", effort.value.trim() || null));
  fields.set("effort", effort);
  const thinking = labelled(document, "Effort of thinking", effort);
  labels.set("effort", thinking);
  parts.push(thinking, known);

  return {
    element: element(document, "div", "gen-parameters", ...parts),
    update(parameters) {
      for (const [name, field] of fields) {
        const label = labels.get(name);
        if (label) label.hidden = !(name in parameters);
        const value = String(parameters[name] ?? "");
        if (!field.matches(":focus") && field.value !== value) field.value = value;
      }
    },
  };
}

/** What is not left to the provider, in few words: `max tokens 512, temperature 0`. */
export function parameterWords(parameters: Parameters): string {
  const said = Object.entries(parameters).filter(([, value]) => value !== null);
  return said
    .map(([name, value]) =>
      name === "system" ? "instructions" : `${SHORT[name as ParameterName] ?? name} ${value}`,
    )
    .join(", ");
}
