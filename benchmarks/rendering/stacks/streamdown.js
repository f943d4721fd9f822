import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { Streamdown } from "streamdown";
import { drive } from "../drive.js";

drive((host) => {
  const root = createRoot(host);
  let text = "";
  return {
    append(delta) {
      text += delta;
    },
    flush() {
      flushSync(() => root.render(createElement(Streamdown, { isAnimating: true }, text)));
    },
    end() {
      root.render(createElement(Streamdown, null, text));
    },
  };
});
