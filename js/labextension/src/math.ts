/** What draws math, as a part of its own that is fetched when there is some. */
export { render } from "../../src/math";
