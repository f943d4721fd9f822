import { default_renderer, parser, parser_end, parser_write } from "streaming-markdown";
import { drive } from "../drive.js";

drive((host) => {
  const machine = parser(default_renderer(host));
  return {
    append: (delta) => parser_write(machine, delta),
    flush() {},
    end: () => parser_end(machine),
  };
});
