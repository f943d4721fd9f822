import { expect, test } from "vitest";
import { SHOWN, type Shown } from "../../src/shown";
import { EMPTY, fold, type Transcript } from "../../src/transcript";
import { Answers, distinct } from "./answers";

const START = { seq: 0, at_s: 0, type: "start", version: 1, model: "m", started_at: 0 } as const;
const END = { seq: 1, at_s: 1, type: "end", status: "complete" } as never;

function show(
  transcript: Transcript,
  root: HTMLElement = document.createElement("div"),
): HTMLElement {
  const detail: Shown = { root, transcript, cancel: () => false };
  document.dispatchEvent(new CustomEvent(SHOWN, { detail }));
  return root;
}

test("an answer that two views show runs once, and news are its beginning and its end", () => {
  const news: boolean[] = [];
  const answers = new Answers(document, (_, isNews) => news.push(isNews));
  const running = () => distinct(answers.running(() => true)).map(({ root }) => root);
  const one = fold(EMPTY, { ...START });
  const first = show(one);
  const second = show(one);
  const other = show(fold(EMPTY, { ...START }));
  expect(running()).toEqual([first, other]);
  show({ ...one, seq: 2 }, first);
  expect(running()).toEqual([first, other]);
  expect(news).toEqual([true, true, true, false]);
  const gone = distinct(answers.running((root) => root !== first));
  expect(gone.map(({ root }) => root)).toEqual([second, other]);
  show(fold(one, END), second);
  expect(running()).toEqual([other]);
  const waiting = [show(EMPTY), show(EMPTY)];
  expect(running()).toEqual([other, ...waiting]);
});
