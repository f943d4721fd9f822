import { beforeEach, expect, test, vi } from "vitest";
import { createPainter } from "./paint";

/** A window whose frames and timers come when the test says. */
function stage() {
  const frames: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const page = Object.assign(new EventTarget(), { hidden: false });
  const window = {
    document: page,
    performance: { now: () => 0 },
    requestAnimationFrame: (run: () => void) => frames.push(run),
    cancelAnimationFrame: () => frames.splice(0),
    setTimeout: (run: () => void) => timers.push(run),
    clearTimeout: () => timers.splice(0),
  };
  return { frames, timers, page, window: window as unknown as Window };
}

let at: ReturnType<typeof stage>;
let control: AbortController;
beforeEach(() => {
  at = stage();
  control = new AbortController();
});

test("however often it is asked, it draws once a frame", () => {
  const draw = vi.fn(() => false);
  const painter = createPainter(at.window, control.signal, draw);
  for (let i = 0; i < 5; i++) painter.request();
  expect(at.frames).toHaveLength(1);
  at.frames[0]?.();
  expect(draw).toHaveBeenCalledOnce();
  expect([at.frames, at.timers]).toEqual([[], []]);
});

test("a draw that wants more gets the next frame", () => {
  const draw = vi.fn().mockReturnValueOnce(true).mockReturnValue(false);
  createPainter(at.window, control.signal, draw).request();
  at.frames[0]?.();
  at.frames[0]?.();
  expect(draw).toHaveBeenCalledTimes(2);
  expect(at.frames).toEqual([]);
});

test("where no frames come the timer draws", () => {
  const draw = vi.fn(() => false);
  createPainter(at.window, control.signal, draw).request();
  at.timers[0]?.();
  expect(draw).toHaveBeenCalledOnce();
  expect(at.frames).toEqual([]);
});

test("a tab that is seen again is drawn at once", () => {
  const draw = vi.fn(() => false);
  const painter = createPainter(at.window, control.signal, draw);
  at.page.hidden = true;
  painter.request();
  at.page.dispatchEvent(new Event("visibilitychange"));
  expect(draw).not.toHaveBeenCalled();
  at.page.hidden = false;
  at.page.dispatchEvent(new Event("visibilitychange"));
  expect(draw).toHaveBeenCalledOnce();
});

test("after the end of its signal it draws nothing", () => {
  const draw = vi.fn(() => false);
  const painter = createPainter(at.window, control.signal, draw);
  painter.request();
  const [frame] = at.frames;
  control.abort();
  frame?.();
  painter.request();
  expect(draw).not.toHaveBeenCalled();
  expect([at.frames, at.timers]).toEqual([[], []]);
});
