"""One answer in real JupyterLab, three ways: what goes over the wire, and when it is to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.browser.notebook_page import NotebookPage

from .answer import FIRST, LAST, answer, tokens
from .browser import Traffic, jupyterlab, page_clock_ahead_s
from .figures import Figure, Row
from .source import Source, source

TOKENS_PER_S = 200
BOUND_KB = 200
BOUND_FIRST_MS = 300
BOUND_DONE = 1.05
BOUND_LONG_TASKS_MS = 300

# Both SDKs' imports and the first connection are no part of what is measured.
SETUP = """%load_ext nbstream
import nbstream, openai
from IPython.display import Markdown, display
client = openai.AsyncOpenAI(base_url="{url}", api_key="none",
                            http_client=openai.DefaultAsyncHttpxClient(trust_env=False))
asked = dict(model="loopback", messages=[dict(role="user", content="Say it.")], stream=True)
async def deltas():
    async for chunk in await client.chat.completions.create(**asked):
        if chunk.choices and chunk.choices[0].delta.content:
            yield chunk.choices[0].delta.content
warm = [delta async for delta in deltas()]
warm = await nbstream.generate("Say it.", model="openai-chat/loopback", base_url="{url}")
"""
GENERATE = "%%generate openai-chat/loopback --base-url {url}\nSay it."
PRINT = 'async for delta in deltas():\n    print(delta, end="", flush=True)'
UPDATE = """text, handle = "", display(Markdown(""), display_id=True)
async for delta in deltas():
    text += delta
    handle.update(Markdown(text))
"""
# Looks once a frame. A live output is complete when it says so, not when its last word is there.
WATCH = """(output, [first, last]) => {
  const seen = (window.seen = { began: performance.now(), first: 0, done: 0 });
  const look = () => {
    const text = output.textContent;
    const now = performance.timeOrigin + performance.now();
    if (!seen.first && text.includes(first)) seen.first = now;
    const live = output.querySelector(".nbstream");
    const ended = !live || live.dataset.status === "complete";
    if (text.includes(last) && ended) seen.done = now;
    else requestAnimationFrame(look);
  };
  look();
}"""
LONG_TASKS = """longTasks.filter(([start]) => start >= seen.began)
  .reduce((sum, [, duration]) => sum + duration, 0)"""


@dataclass(frozen=True, slots=True)
class _Shown:
    """One answer in the page; times in seconds from the source's first byte."""

    kilobytes: float
    first_s: float
    done_s: float
    source_s: float
    long_tasks_ms: float

    @property
    def done(self) -> float:
        """When it was complete, in terms of the source's own time."""
        return self.done_s / self.source_s


def measure() -> Iterator[Row]:
    """The first answer of a page, which also brings the page's code; then the baselines."""
    with source() as model, jupyterlab() as open_notebook:
        url = f"{model.url}/v1"
        setup = SETUP.format(url=url)
        notebook = open_notebook([setup, GENERATE.format(url=url), PRINT, UPDATE])
        model.speak(["Ready", "."], None)
        notebook.run(0)
        notebook.wait_until_run(0)
        model.speak(tokens(answer()), TOKENS_PER_S)
        ahead_s = page_clock_ahead_s(notebook.page)
        traffic = Traffic(notebook.page)
        ours, printed, updated = (
            _show(notebook, number, model, traffic, ahead_s) for number in (1, 2, 3)
        )
    yield from _against(ours, updated, "for update_display of the whole text")
    yield from _against(ours, printed, "for a print loop", bounded=False)


def _show(
    notebook: NotebookPage, number: int, model: Source, traffic: Traffic, ahead_s: float
) -> _Shown:
    page = notebook.page
    notebook.output(number).evaluate(WATCH, [FIRST, LAST])
    before = traffic.bytes
    notebook.run(number)
    page.wait_for_function("seen.done > 0", timeout=120_000)
    notebook.wait_until_idle()
    page.wait_for_timeout(500)  # what is still on its way
    facts = model.asked()[-1]
    began_s = facts["first_byte_at"] + ahead_s
    seen: dict[str, float] = page.evaluate("seen")
    return _Shown(
        kilobytes=(traffic.bytes - before) / 1000,
        first_s=seen["first"] / 1000 - began_s,
        done_s=seen["done"] / 1000 - began_s,
        source_s=facts["ended_at"] - facts["first_byte_at"],
        long_tasks_ms=page.evaluate(LONG_TASKS),
    )


def _against(ours: _Shown, other: _Shown, way: str, *, bounded: bool = True) -> Iterator[Figure]:
    def row(what: str, value: float, unit: str, baseline: float, bound: float) -> Figure:
        return Figure("wire", what, value, unit, baseline, way, bound=bound if bounded else None)

    yield row("over the websocket", ours.kilobytes, "KB", other.kilobytes, BOUND_KB)
    yield row(
        "first text after the first byte",
        ours.first_s * 1000,
        "ms",
        other.first_s * 1000,
        BOUND_FIRST_MS,
    )
    yield row("complete, of the source's time", ours.done, "×", other.done, BOUND_DONE)
    yield row(
        "long tasks in sum", ours.long_tasks_ms, "ms", other.long_tasks_ms, BOUND_LONG_TASKS_MS
    )
