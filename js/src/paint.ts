/**
 * One paint a frame: however much arrives, what it changes is drawn once per animation frame.
 * Where frames do not come (a hidden tab), a slow timer draws instead, so the end always shows.
 */

const HIDDEN_MS = 400;

export interface Painter {
  /** Draw soon; any number of calls before the next frame are one. */
  request(): void;
}

/** `draw` is given the time in ms and says whether it wants the next frame as well. */
export function createPainter(
  window: Window,
  signal: AbortSignal,
  draw: (nowMs: number) => boolean,
): Painter {
  let frame = 0;
  let timer = 0;

  const settle = () => {
    window.cancelAnimationFrame(frame);
    window.clearTimeout(timer);
    frame = timer = 0;
  };
  const paint = () => {
    settle();
    if (!signal.aborted && draw(window.performance.now())) request();
  };
  const request = () => {
    if (timer || signal.aborted) return;
    frame = window.requestAnimationFrame(paint);
    timer = window.setTimeout(paint, HIDDEN_MS);
  };

  signal.addEventListener("abort", settle);
  window.document.addEventListener(
    "visibilitychange",
    () => {
      if (timer && !window.document.hidden) paint();
    },
    { signal },
  );
  return { request };
}
