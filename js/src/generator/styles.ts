/** The Generator's style sheet, with the live output's colours and fonts. */
import root from "../styles/root.css";
import composer from "./composer.css";
import conversation from "./conversation.css";

const SHEET = [root.replaceAll(".nbstream", ".nbstream-gen"), conversation, composer].join("\n");

export function addStyles(el: HTMLElement): void {
  const tree = el.getRootNode();
  const home = tree instanceof ShadowRoot ? tree : el.ownerDocument.head;
  for (const style of home.querySelectorAll("style[data-nbstream-gen]")) {
    if (style.textContent === SHEET) return;
  }
  const style = el.ownerDocument.createElement("style");
  style.dataset["nbstreamGen"] = "";
  style.textContent = SHEET;
  home.append(style);
}
