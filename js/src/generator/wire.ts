/** What a Generator and its page tell each other, beside the frames of the answers. */
import type { EndStatus, KernelMessage, PageMessage } from "../wire";

export interface Turn {
  readonly id: string;
  readonly prompt: string;
  /** The names of what was attached. */
  readonly attached: readonly string[];
  readonly status: "live" | EndStatus;
}

export interface Attached {
  readonly id: string;
  readonly name: string;
  /** In bytes, or in characters where it came from Python. */
  readonly size: number;
  readonly kind: string;
}

export type ParameterName = "system" | "max_tokens" | "temperature" | "top_p" | "effort" | "seed";
/** Those that the page may see. */
export type Parameters = Readonly<Partial<Record<ParameterName, string | number | null>>>;

/** The most that can be attached. */
export interface Limits {
  /** Of one file, and of one picture. */
  readonly bytes: number;
  readonly picture_bytes: number;
  readonly files: number;
  /** Of the text in all of them. */
  readonly characters: number;
}

/** How things stand, but for the answers. */
export interface State {
  /** The id of the widget's model, where there is one. */
  readonly widget: string;
  /** The `ask` of the last message that asked for something to be generated. */
  readonly accepted: string;
  /** What of the controls this page may use: the kernel refuses the others. */
  readonly show: readonly (ParameterName | "model" | "attach" | "events")[];
  /** Whether models may be chosen that are not listed. */
  readonly others: boolean;
  /** Empty: the default is asked. */
  readonly model: string;
  readonly default: string;
  readonly models: readonly string[];
  /** The reader's own names, each with the model it stands for. */
  readonly aliases: readonly { readonly name: string; readonly model: string }[];
  readonly parameters: Parameters;
  readonly turns: readonly Turn[];
  /** The id of the turn that is being answered, or empty. */
  readonly running: string;
  readonly attached: readonly Attached[];
  /** What can be brought back, as a sentence, or empty. */
  readonly undo: string;
  readonly tokens: number;
  readonly cost: number | null;
  readonly limits: Limits;
}

export interface EventFrame {
  readonly seq: number;
  readonly at_s: number;
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Events {
  readonly id: string;
  readonly frames: readonly EventFrame[];
  /** There are more after these. */
  readonly more: boolean;
}

export type FromKernel =
  | ({ type: "state" } & State)
  | { type: "stream"; id: string; message: KernelMessage }
  | { type: "problem"; text: string; ask: string }
  | { type: "uploaded"; id: string; received: number; error: string }
  | { type: "listed"; problem: string }
  | { type: "markdown"; id: string; text: string }
  | ({ type: "events" } & Events)
  | { type: "chunk"; name: "runtime" };

export type ToKernel =
  | { type: "stream"; id: string; message: PageMessage }
  | { type: "generate"; prompt: string; ask: string }
  | { type: "retry"; id: string; ask: string }
  | { type: "edit"; id: string; prompt: string; ask: string }
  | { type: "delete"; id: string }
  | { type: "clear" | "undo" | "cancel" | "models" | "look" }
  | { type: "detach" | "markdown"; id: string }
  | { type: "set"; name: ParameterName | "model"; value: string | number | null }
  | { type: "events"; id: string; after: number }
  | { type: "upload"; id: string; name: string; size: number; offset: number }
  | { type: "chunk"; name: "runtime" };

export type Send = (message: ToKernel, buffers?: ArrayBuffer[]) => void;
