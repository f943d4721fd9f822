import { visible } from "./invisible.js";
import type { MathSource } from "./math-source.js";

/** What draws TeX into an element of the page. */
export interface MathRenderer {
  /** Replaces what `host` shows. Throws, and leaves it alone, where it cannot draw `tex`. */
  render(tex: string, display: boolean, host: HTMLElement): void;
}

/** Fetches the renderer, which is only asked for when there is math. */
export type LoadMath = () => Promise<MathRenderer>;

/** At the most so long does drawing what waited keep the page from other things. */
const SLICE_MS = 8;

/** The formulas of one document: their source stands in them until they can be drawn. */
export class Mathematics {
  private renderer: MathRenderer | null = null;
  private waiting: { host: HTMLElement; math: MathSource }[] = [];
  private loading = false;

  constructor(private load: LoadMath | null) {}

  /** From now on `load` fetches the renderer, also for what waits already. */
  loadWith(load: LoadMath): void {
    this.load = load;
    if (!this.renderer && this.waiting.length > 0) this.fetch(load);
  }

  /**
   * Draws `math` in `host`, which shows its source, now or as soon as there is a renderer. Where
   * characters in it hide or reorder text the source stays, in which they are marked.
   */
  draw(host: HTMLElement, math: MathSource): void {
    if (visible(math.source) !== math.source) return;
    if (this.renderer) {
      drawIn(this.renderer, host, math);
      return;
    }
    this.waiting.push({ host, math });
    if (this.load && !this.loading) this.fetch(this.load);
  }

  private fetch(load: LoadMath): void {
    this.loading = true;
    load().then(
      (renderer) => {
        this.renderer = renderer;
        this.drawWaiting(renderer);
      },
      () => {
        this.loading = false;
      },
    );
  }

  private drawWaiting(renderer: MathRenderer): void {
    const until = performance.now() + SLICE_MS;
    let next = 0;
    for (const { host, math } of this.waiting) {
      if (performance.now() > until) break;
      next++;
      // one that is gone, or shows another text by now, needs no drawing
      if (host.textContent === math.source || host.isConnected) drawIn(renderer, host, math);
    }
    this.waiting = this.waiting.slice(next);
    if (this.waiting.length > 0) setTimeout(() => this.drawWaiting(renderer));
  }
}

function drawIn(renderer: MathRenderer, host: HTMLElement, { tex, display }: MathSource): void {
  try {
    renderer.render(tex, display, host);
  } catch {
    // the source stays, which says it best
  }
}
