import { drive } from "../drive.js";

drive((host) => {
  const text = host.appendChild(document.createElement("pre")).appendChild(new Text());
  let pending = "";
  return {
    append(delta) {
      pending += delta;
    },
    flush() {
      text.appendData(pending);
      pending = "";
    },
    end() {},
  };
});
