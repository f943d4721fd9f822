"""From a click to the provider seeing its connection closed, while the cell runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median

from playwright.sync_api import expect

from tests.browser.notebook_page import NotebookPage

from .answer import FIRST, answer, tokens
from .browser import jupyterlab, page_clock_ahead_s
from .figures import Figure, Note, Row
from .source import Source, source

CLICKS = 30
STOPS = 15
BOUND_MEDIAN_MS = 40
BOUND_WORST_MS = 150
BOUND_STOP_MS = 100
BLOCKED_S = 3

GENERATE = "%%generate openai-chat/loopback --base-url {url}\nSay it."
BUTTON = f"""import ipywidgets, time
from IPython.display import display
pressed = []
button = ipywidgets.Button(description="Press")
button.on_click(lambda _: pressed.append(time.perf_counter()))
display(button)
time.sleep({BLOCKED_S})
ended = time.perf_counter()"""
PRESSED = "print(pressed[0], ended)"
# The moment the browser took the pointer's release in, in ms of the page's wall clock.
LISTEN = """window.addEventListener("pointerup", (event) => {
  window.clicked = performance.timeOrigin + event.timeStamp;
}, true)"""


def measure() -> Iterator[Row]:
    """Each click cancels a stream of its own, in the middle of its text."""
    with source() as model, jupyterlab() as open_notebook:
        cell = GENERATE.format(url=f"{model.url}/v1")
        notebook = open_notebook([cell, BUTTON, PRESSED])
        notebook.page.evaluate(LISTEN)
        model.speak(tokens(answer()), 200)
        ahead_s = page_clock_ahead_s(notebook.page)
        _cancelled(notebook, model, notebook.click_stop, ahead_s)  # warm-up
        clicked = [
            _cancelled(notebook, model, lambda: notebook.click_cancel(0), ahead_s)
            for _ in range(CLICKS)
        ]
        stopped = [_cancelled(notebook, model, notebook.click_stop, ahead_s) for _ in range(STOPS)]
        pressed_ms, after_ms = _plain_button(notebook, ahead_s)
    way = "for a plain Button's callback"
    what = f"Cancel to the closed connection, {CLICKS} clicks"
    yield Figure(
        "cancel", f"{what}: median", median(clicked), "ms", pressed_ms, way, bound=BOUND_MEDIAN_MS
    )
    yield Figure("cancel", "… worst", max(clicked), "ms", bound=BOUND_WORST_MS)
    what = f"■ to the closed connection, {STOPS} times"
    yield Figure("cancel", f"{what}: median", median(stopped), "ms", bound=BOUND_STOP_MS)
    yield Figure("cancel", "… worst", max(stopped), "ms")
    yield Note(
        "cancel",
        f"the plain ipywidgets Button stood in a cell that slept {BLOCKED_S} s; its callback ran"
        f" {after_ms:.0f} ms after the cell had ended.",
    )


def _cancelled(
    notebook: NotebookPage, model: Source, cancel: Callable[[], None], ahead_s: float
) -> float:
    """Milliseconds from the click to the closed connection."""
    notebook.run(0)
    expect(notebook.log(0)).to_contain_text(FIRST)
    cancel()
    closed_at: float = model.last_closed()["closed_at"]
    notebook.wait_until_run(0)
    notebook.wait_until_idle()
    return (closed_at - _clicked_at(notebook, ahead_s)) * 1000


def _plain_button(notebook: NotebookPage, ahead_s: float) -> tuple[float, float]:
    """Milliseconds from the click to the callback, and from the cell's end to the callback."""
    notebook.run(1)
    notebook.output(1).get_by_role("button", name="Press").click()
    clicked_at = _clicked_at(notebook, ahead_s)
    notebook.wait_until_run(1)
    notebook.wait_until_idle()
    pressed_at, ended_at = map(float, notebook.result(2).split())
    return (pressed_at - clicked_at) * 1000, (pressed_at - ended_at) * 1000


def _clicked_at(notebook: NotebookPage, ahead_s: float) -> float:
    """When the last click was, by this machine's `perf_counter`."""
    clicked_ms: float = notebook.page.evaluate("clicked")
    return clicked_ms / 1000 - ahead_s
