import { expect, test } from "vitest";
import { settle } from "./settle";

const WIDGET = "application/vnd.jupyter.widget-view+json";
const MESSAGE = { type: "settled", model_id: "m", data: { "text/plain": "Hi" } } as const;

function outputs(...ids: string[]) {
  const all: object[] = ids.map((model_id) => ({ data: { [WIDGET]: { model_id } } }));
  return {
    all,
    length: all.length,
    get: (index: number) => all[index] as { data: Record<string, unknown> },
    set: (index: number, output: object) => {
      all[index] = output;
    },
  };
}

test("the finished output takes the place of its live one, and of no other", () => {
  const cells = [{}, { outputs: outputs("x", "m") }];
  settle({ context: { model: { cells } } }, MESSAGE);
  expect(cells[1]?.outputs?.all).toEqual([
    { data: { [WIDGET]: { model_id: "x" } } },
    { output_type: "display_data", data: MESSAGE.data, metadata: {} },
  ]);
});

test("a front end whose widgets know no notebook is left as it is", () => {
  for (const manager of [undefined, {}, { context: {} }, { context: { model: {} } }]) {
    expect(() => settle(manager, MESSAGE)).not.toThrow();
  }
});

test("an output that has what it is handed is not drawn anew", () => {
  const kept = { [WIDGET]: { model_id: "m" }, "text/plain": "Hi" };
  const all = outputs();
  all.all.push({ data: kept });
  settle(
    { context: { model: { cells: [{ outputs: { ...all, length: 1 } }] } } },
    {
      ...MESSAGE,
      data: kept,
    },
  );
  expect(all.all).toEqual([{ data: kept }]);
});
