"""The finished answer in JupyterLab and Notebook: drawn as it was drawn live, from its frames."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import BrowserContext, expect

from nbstream.events import End, Event, Notice, PhaseStart, ReasoningDelta, TextDelta, Usage
from nbstream.generation import Generation
from nbstream.sinks.saved import mimebundle
from nbstream.sinks.saved_frames import MIME, saved_frames
from nbstream.transcript import Transcript
from nbstream.wire import to_json
from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend, Lab
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import Provider
from tests.speaking import Speech
from tests.streams import numbered

WIDGET = "application/vnd.jupyter.widget-view+json"
ANSWER = [
    "# Halves\n\nSome **bold** words, `code` and a [link](https://example.org).\n\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n- [ ] not\n\n",
    "```python\ndef half(x: float) -> float:\n",
    "    return x / 2  # a comment\n```\n\nThat is it.\n",
]
HOSTILE = """**bold** <script>window.ran = 1; fetch("/evil")</script>
<img src="/evil.png" onerror="window.ran = 2"> <iframe src="/evil.html"></iframe>
![look](/evil.png) [click](javascript:window.ran=3) [go](https://example.org/)
<svg onload="window.ran = 4"></svg> <link rel="stylesheet" href="/evil.css">
"""
LINES = [f"Line {number} of a long answer.\n\n" for number in range(150)]
EMPTY_CELLS = [""] * 20
# Back from the end as with a wheel, until the heights of what comes into view are known.
SCROLL_BACK = """async (box) => {
  box.dispatchEvent(new WheelEvent("wheel", { deltaY: -300, bubbles: true }));
  box.scrollTop -= 300;
  const line = box.querySelector("p");
  for (let y = NaN; y !== line.getBoundingClientRect().y; ) {
    y = line.getBoundingClientRect().y;
    for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
  }
}"""
# Everywhere the first line that the reader sees is, frame by frame.
WATCH_FIRST_LINE = """(text) => {
  window.firstLine = new Set();
  const look = () => {
    const lines = [...document.querySelectorAll(".nbstream [role=log] p")];
    const line = lines.find((line) => line.textContent.trim() === text);
    window.firstLine.add(line && line.getBoundingClientRect().y);
    requestAnimationFrame(look);
  };
  look();
}"""
# Trusts the first cell; whether it was trusted before.
TRUST = """() => {
  const { model } = window.jupyterapp.shell.currentWidget.content.widgets[0];
  const before = model.trusted;
  model.trusted = true;
  return before;
}"""
# What of an answer is where on the screen, and what in it has the reader's focus and selection.
SEEN = """() => {
  const root = document.querySelector(".nbstream");
  const box = root.querySelector(".nbstream-scroll").getBoundingClientRect();
  const lines = [...root.querySelectorAll("[role=log] p")]
    .map((line) => [line.textContent.trim(), line.getBoundingClientRect().y])
    .filter(([, y]) => y > box.top && y < box.bottom);
  return {
    lines,
    after: document.querySelectorAll(".jp-Notebook .jp-Cell")[1].getBoundingClientRect().y,
    selected: getSelection().toString(),
    focused: root.contains(document.activeElement),
  };
}"""
FRONTENDS = ("lab", "notebook")
# Takes the live output away and has what else the output holds drawn, as an update of it does.
SETTLE = """(mime) => {
  const cell = window.jupyterapp.shell.currentWidget.content.widgets[0];
  const output = cell.model.outputs.get(0).toJSON();
  delete output.data[mime];
  cell.model.outputs.set(0, output);
}"""
PLACES = """(root) => {
  const top = root.closest(".jp-OutputArea").getBoundingClientRect();
  const place = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x - top.x, y - top.y, width, height];
  };
  return [root, ...root.querySelectorAll(".nbstream-box *")].map(place);
}"""


def keep_live(notebook: NotebookPage, status: str = "complete") -> None:
    """Run the first cell, which leaves its live output, to its end."""
    notebook.run_all()
    notebook.wait_until_run(0)
    expect(notebook.live(0)).to_have_attribute("data-status", status)


def settle(notebook: NotebookPage) -> None:
    notebook.page.evaluate(SETTLE, WIDGET)
    expect(notebook.output(0).locator(".nbstream-saved .nbstream")).to_have_count(1)


def assert_saved_looks_the_same(notebook: NotebookPage) -> None:
    """Handed over to the saved output, and drawn anew by it."""
    live, live_places = notebook.live(0).screenshot(), notebook.live(0).evaluate(PLACES)
    settle(notebook)
    assert notebook.live(0).evaluate(PLACES) == live_places
    assert notebook.live(0).screenshot() == live
    notebook.save()
    notebook.reload()
    expect(notebook.output(0).locator(".nbstream-saved .nbstream")).to_have_count(1)
    assert notebook.live(0).evaluate(PLACES) == live_places
    assert notebook.live(0).screenshot() == live


@pytest.mark.parametrize("frontend", FRONTENDS)
def test_saved_and_opened_again_every_pixel_is_that_of_the_live_output(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    provider.speech = Speech(tokens=ANSWER)
    notebook = open_notebook([provider.cell("--keep")], frontend=frontend)
    keep_live(notebook)
    assert_saved_looks_the_same(notebook)


@pytest.mark.parametrize(
    "end",
    [
        End("complete", "stop"),
        End("failed", error="The provider went away. Run the cell again.", code="dropped"),
        End("truncated", "max_tokens"),
    ],
    ids=lambda end: end.status,
)
def test_thoughts_notices_and_ends_look_the_same_in_dark_too(
    open_notebook: OpenNotebook, lab: Lab, end: End
) -> None:
    thinking = [PhaseStart("thinking"), ReasoningDelta("Hm. "), ReasoningDelta("Half?")]
    said = [Notice("warning", "It is late."), *map(TextDelta, ANSWER), Usage(3, 40)]
    recording = lab.root / "recording.jsonl"
    lines = [json.dumps(to_json(frame)) for frame in numbered([*thinking, *said, end], 0.1)]
    recording.write_text("\n".join(lines))
    notebook = open_notebook([f"%%generate replay/{recording.name} --keep\nAgain."], theme="dark")
    keep_live(notebook, end.status)
    expect(notebook.live(0)).to_contain_text("It is late.")
    expect(notebook.live(0)).to_contain_text("Thought for")
    assert_saved_looks_the_same(notebook)


@pytest.mark.parametrize("frontend", FRONTENDS)
def test_the_end_of_a_stream_moves_nothing_the_reader_sees(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    provider.speech = Speech(tokens=LINES, tokens_per_s=None, stall_after=len(LINES))
    notebook = open_notebook([provider.cell(), *EMPTY_CELLS], frontend=frontend)
    # So slow that parts of the answer have an estimated height when they come into view.
    notebook.slow_down(6)
    notebook.run(0)
    log, live = notebook.log(0), notebook.live(0)
    expect(log).to_contain_text(LINES[-1].strip())
    live.locator(".nbstream-scroll").evaluate(SCROLL_BACK)
    expect(live.get_by_role("button", name="Jump to the end")).to_be_visible()
    log.evaluate("(log) => getSelection().selectAllChildren(log.querySelectorAll('p')[60])")
    live.focus()
    before = notebook.page.evaluate(SEEN)
    notebook.page.evaluate(WATCH_FIRST_LINE, before["lines"][0][0])

    notebook.page.keyboard.press("Escape")
    notebook.wait_until_run(0)
    expect(notebook.output(0).locator(".nbstream-saved .nbstream")).to_have_count(1)
    assert notebook.page.evaluate(SEEN) == before
    assert notebook.page.evaluate("[...firstLine]") == [before["lines"][0][1]]
    notebook.slow_down(1)
    assert before["focused"]
    assert before["selected"].strip() == LINES[60].strip()


def answer_notebook(lab: Lab, text: str, *more: Event) -> Path:
    """A notebook from somewhere else, with one answer in it and a kernel that is not here."""
    frames = numbered([*more, TextDelta(text), Usage(3, 9), End("complete", "stop")])
    transcript = Transcript(frames)
    data = {**saved_frames(transcript), **mimebundle(Generation.of(transcript))}
    return write_output(lab, data)


def write_output(lab: Lab, data: dict[str, Any]) -> Path:
    path = lab.write_notebook("not-here")
    notebook = nbformat.read(path, as_version=4)
    output = nbformat.v4.new_output("display_data", data=data)
    notebook.cells.append(nbformat.v4.new_code_cell("%%generate", outputs=[output]))
    nbformat.write(notebook, path)
    return path


@pytest.mark.parametrize("frontend", FRONTENDS)
def test_an_untrusted_notebook_without_a_kernel_shows_the_text_and_runs_and_fetches_nothing(
    lab: Lab, context: BrowserContext, frontend: Frontend
) -> None:
    path = answer_notebook(lab, HOSTILE, ReasoningDelta(HOSTILE), Notice("warning", HOSTILE))
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(lab.address(path, frontend))
    answer = page.locator(".nbstream-saved .nbstream")
    expect(answer.get_by_role("log")).to_contain_text("<script>")
    expect(answer.get_by_role("log").locator("strong")).to_have_text("bold")
    untrusted = answer.inner_text()
    assert not page.evaluate(TRUST)
    expect(answer.get_by_role("button", name="Run again")).to_be_visible()
    assert answer.inner_text().replace("Run again\n", "") == untrusted
    assert answer.locator("img, script, iframe, object, link, [onload], [onerror]").count() == 0
    assert answer.locator("a[href^=javascript]").count() == 0
    assert page.evaluate("window.ran") is None
    assert [url for url in asked if "evil" in url] == []
    page.close()


def test_code_keeps_its_colours_and_copies_exactly_what_the_model_wrote(
    lab: Lab, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    path = answer_notebook(lab, "".join(ANSWER))
    page = context.new_page()
    page.goto(lab.address(path, "lab"))
    code = page.locator(".nbstream-saved .nbstream-code")
    expect(code.locator("[class*=keyword]").first).to_have_text("def")
    page.keyboard.press("Escape")
    code.get_by_role("button", name="Copy code").dispatch_event("click")
    expect(code.get_by_role("button", name="Copy code")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "def half(x: float) -> float:\n    return x / 2  # a comment\n"
    page.close()


def test_an_answer_is_not_drawn_again_where_the_same_comes_again(
    lab: Lab, context: BrowserContext
) -> None:
    path = answer_notebook(lab, "".join(ANSWER))
    page = context.new_page()
    page.goto(lab.address(path, "lab"))
    page.locator(".nbstream-saved strong").evaluate("(word) => { window.word = word; }")
    page.evaluate(SETTLE, WIDGET)
    expect(page.locator(".nbstream-saved strong")).to_have_count(1)
    assert page.evaluate("word.isConnected")
    page.close()


@pytest.mark.parametrize(
    "frames",
    [
        {"version": 2, "frames": []},
        {"version": 1, "frames": "none"},
        {"version": 1, "frames": [{"seq": 0, "at_s": 0, "type": "start", "version": 9}]},
        {"version": 1, "frames": []},
    ],
)
def test_frames_that_cannot_be_read_leave_the_plain_text(
    lab: Lab, context: BrowserContext, frames: dict[str, Any]
) -> None:
    path = write_output(lab, {MIME: frames, "text/plain": "The answer itself."})
    page = context.new_page()
    page.goto(lab.address(path, "lab"))
    expect(page.locator(".nbstream-saved")).to_contain_text("The answer itself.")
    expect(page.locator(".nbstream-saved")).not_to_contain_text("Error:")
    page.close()
