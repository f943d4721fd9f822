/** What drives a stack in the page: so many characters an animation frame, one drawing a frame. */
import { createText, deltasOf } from "./text.js";

/**
 * `createStack(host)` gives `{append(delta), flush(), end()}`; what it draws stands in `host`, a
 * scroll box that follows the end. One that has `unfinished()` is flushed after its end as long as
 * that is true, in frames that count as the others do.
 */
export function drive(createStack) {
  const host = document.body.appendChild(document.createElement("div"));
  host.className = "host";
  let stack;
  let frames = [];
  let next = 0;

  window.bench = {
    /** Begins a text anew; gives its length and the number of frames it takes. */
    prepare(shape, size, charactersPerFrame) {
      const text = createText(shape, size);
      frames = [];
      let frame = [];
      let length = 0;
      for (const delta of deltasOf(text)) {
        frame.push(delta);
        length += delta.length;
        if (length < charactersPerFrame) continue;
        frames.push(frame);
        frame = [];
        length = 0;
      }
      if (frame.length > 0) frames.push(frame);
      next = 0;
      host.replaceChildren();
      stack = createStack(host);
      return { characters: text.length, frames: frames.length };
    },

    /** Draws the frames before number `until`, one an animation frame. */
    run(until) {
      return new Promise((resolve, reject) => {
        const draw = () => {
          performance.mark("nbstream-frame");
          try {
            for (const delta of frames[next] ?? []) stack.append(delta);
            stack.flush();
            host.scrollTop = 1e9;
            if (next < frames.length && ++next === frames.length) stack.end();
          } catch (error) {
            reject(error);
            return;
          }
          const finishing = next === frames.length && stack.unfinished?.();
          if (next < until || finishing) requestAnimationFrame(draw);
          // the frame's style, layout and paint are part of it
          else requestAnimationFrame(() => setTimeout(resolve));
        };
        requestAnimationFrame(draw);
      });
    },
  };
}
