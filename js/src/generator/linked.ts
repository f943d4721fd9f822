/**
 * What widgets of the page are linked to (ipywidgets' `jslink`) and the kernel does not
 * synchronise: the answers come here once, as frames, and go from here into the widget's model. Of
 * a front end that has no such models nothing is asked.
 */
import type { Model } from "../stub";
import type { Streams } from "./streams";
import type { Turn } from "./wire";

interface Linked {
  /** The newest answer so far. */
  readonly text: string;
  /** The last that has ended. */
  readonly value: string;
}

/** The part of ipywidgets' WidgetModel that is used. */
interface WidgetModel {
  get_state(dropDefaults?: boolean): Record<string, unknown>;
  /** As if the kernel had said so: nothing goes back to it. */
  set_state(state: Linked): void;
}

interface Manager {
  get_model?(id: string): Promise<Partial<WidgetModel>> | undefined;
}

export interface Links {
  /** The widget's model, by its id, has them from now on. */
  to(id: string): void;
  /** More was said in one of these. */
  update(turns: readonly Turn[]): void;
}

export function createLinks(model: Model, streams: Streams): Links {
  let found: WidgetModel | undefined;
  let sought = "";
  let linked: Linked = { text: "", value: "" };

  const find = async () => {
    const there = await (model.widget_manager as Manager | undefined)?.get_model?.(sought);
    // marimo has models of another make
    if (!there?.get_state || !there.set_state) return;
    found = there as WidgetModel;
    const state = found.get_state.bind(found);
    // A notebook that keeps the state of its widgets keeps no answer in this one's.
    found.get_state = (dropDefaults) => ({ ...state(dropDefaults), text: "", value: "" });
    found.set_state(linked);
  };

  return {
    to(id) {
      if (sought || !id) return;
      sought = id;
      find().catch(() => {});
    },
    update(turns) {
      const said = ({ id }: Turn) => streams.transcript(id);
      const newest = turns.at(-1);
      const ended = turns.findLast((turn) => said(turn).end);
      linked = {
        text: newest ? said(newest).text : linked.text,
        value: ended ? said(ended).text : linked.value,
      };
      found?.set_state(linked);
    },
  };
}
