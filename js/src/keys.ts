/**
 * Keys inside the output: what the output itself handles must not reach the notebook, whose
 * commands are single keys (`d d` deletes the cell); all others must.
 */

const CONTROLS = "button, summary, a";
/** With these the notebook is told to interrupt, restart or leave, from wherever. */
const NOTEBOOKS_OWN = new Set(["i", "Escape", "Tab"]);

/** `cancel` says whether there was anything to cancel. */
export function handleKeys(root: HTMLElement, cancel: () => boolean): void {
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && cancel()) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const chord = event.ctrlKey || event.metaKey || event.altKey;
    const control = (event.target as Element).closest(CONTROLS);
    if (control && !chord && !NOTEBOOKS_OWN.has(event.key)) event.stopPropagation();
  });
}
