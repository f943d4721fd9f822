"""A long answer and a burst in real JupyterLab, through the kernel: the page's frames."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.browser.notebook_page import NotebookPage

from .answer import FIRST, LAST, answer, tokens
from .browser import jupyterlab, page_clock_ahead_s
from .figures import Figure, Note, Row
from .source import Source, source

LONG = 1_000_000
LONG_BYTES_PER_S = 60_000
LONG_TOKENS = 20_000
BOUND_FRAME_MS = 17
BURST = 200_000
BURST_TOKENS = 50
BURSTS = 5
BOUND_BURST_MS = 300

GENERATE = "%%generate openai-chat/loopback --base-url {url} --max-chars 2000000\nSay it."
# The frames' times while it streams, and when the frame that shows the end had been painted.
WATCH = """(output) => {
  const seen = (window.seen = { frames: [], painted: 0, coloured: 0 });
  const nowS = () => (performance.timeOrigin + performance.now()) / 1000;
  let before = 0;
  const look = (now) => {
    const status = output.querySelector(".nbstream")?.dataset.status ?? "waiting";
    if (status === "streaming" && before) seen.frames.push(now - before);
    before = now;
    if (status !== "complete") requestAnimationFrame(look);
    else {
      // handled after this frame's style, layout and paint, which are of one task with this
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        seen.painted = nowS();
      };
      port2.postMessage(0);
      colours();
    }
  };
  // code is coloured from the first block to the last
  const colours = () => {
    const last = [...output.querySelectorAll(".nbstream-code")].at(-1);
    if (last && !last.querySelector("[class^=nbstream-tok-]")) requestAnimationFrame(colours);
    else seen.coloured = nowS();
  };
  requestAnimationFrame(look);
}"""


def measure() -> Iterator[Row]:
    """Both in one page, which has shown a small answer before: the bursts, then the long answer."""
    with source() as model, jupyterlab() as open_notebook:
        generate = GENERATE.format(url=f"{model.url}/v1")
        notebook = open_notebook(["%load_ext nbstream", *[generate] * (BURSTS + 2)])
        notebook.run(0)
        notebook.wait_until_run(0)
        model.speak(["Ready", "."], None)
        _show(notebook, 1, model)
        model.speak(tokens(answer(BURST), BURST_TOKENS), None)
        bursts = [_show(notebook, 2 + i, model) for i in range(BURSTS)]
        shown = notebook.log(2).text_content() or ""
        assert FIRST in shown, shown[:100]
        assert LAST in shown, shown[-100:]
        model.speak(tokens(answer(LONG), LONG_TOKENS), LONG_BYTES_PER_S * LONG_TOKENS / LONG)
        long = _show(notebook, 2 + BURSTS, model)
    frames = sorted(long["frames"])
    painted = sorted(burst["painted_ms"] for burst in bursts)
    yield Figure(
        "lab",
        f"median frame, {LONG // 10**6} MB at {LONG_BYTES_PER_S // 1000} KB/s",
        median(frames),
        "ms",
        bound=BOUND_FRAME_MS,
    )
    yield Figure("lab", "… and of 100 frames the second longest", frames[-len(frames) // 50], "ms")
    yield Figure(
        "lab",
        f"{BURST // 1000} KB in one burst, painted after the source's last byte",
        median(painted),
        "ms",
        bound=BOUND_BURST_MS,
    )
    yield Figure("lab", f"… and the slowest of {BURSTS}", painted[-1], "ms")
    coloured = median(burst["coloured_ms"] for burst in bursts)
    yield Figure("lab", "… and all its code coloured", coloured, "ms")
    yield Note("lab", f"the long answer took {len(frames):,} frames.")


def _show(notebook: NotebookPage, number: int, model: Source) -> dict[str, Any]:
    """Run the cell; the frames' times in ms, and when its end was painted, from the source's."""
    ahead_s = page_clock_ahead_s(notebook.page)
    notebook.output(number).evaluate(WATCH)
    notebook.run(number)
    notebook.page.wait_for_function("seen.painted && seen.coloured", timeout=120_000)
    notebook.wait_until_idle()
    seen: dict[str, Any] = notebook.page.evaluate("seen")
    ended_s = model.asked()[-1]["ended_at"] + ahead_s
    after_ms = {f"{name}_ms": (seen[name] - ended_s) * 1000 for name in ("painted", "coloured")}
    return {**seen, **after_ms}
