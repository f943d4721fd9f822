"""The finished answer in JupyterLab and Notebook: drawn as it was drawn live, from its frames."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import Provider
from tests.speaking import Speech

MIME = "application/vnd.nbstream.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
ANSWER = [
    "# Halves\n\nSome **bold** words, `code` and a [link](https://example.org).\n\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n- [ ] not\n\n",
    "```python\ndef half(x: float) -> float:\n",
    "    return x / 2  # a comment\n```\n\nThat is it.\n",
]
LINES = [f"Line {number} of a long answer.\n\n" for number in range(150)]
EMPTY_CELLS = [""] * 20
# What of an answer is where on the screen, and what in it has the reader's focus and selection.
SEEN = """() => {
  const root = document.querySelector(".nbstream");
  const lines = [...root.querySelectorAll("[role=log] p")];
  return {
    lines: lines.map((line) => line.getBoundingClientRect().y),
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


def live_answer(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend, **speech: Any
) -> NotebookPage:
    """A finished answer whose live output is still there."""
    provider.speech = Speech(tokens=ANSWER, **speech)
    notebook = open_notebook([provider.cell(flags="--keep")], frontend=frontend)
    notebook.run_all()
    notebook.wait_until_run(0)
    expect(notebook.live(0)).to_have_attribute("data-status", "complete")
    return notebook


def settle(notebook: NotebookPage) -> None:
    notebook.page.evaluate(SETTLE, WIDGET)
    expect(notebook.output(0).locator(".nbstream-saved .nbstream")).to_have_count(1)


@pytest.mark.parametrize("frontend", FRONTENDS)
def test_saved_and_opened_again_every_pixel_is_that_of_the_live_output(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    notebook = live_answer(open_notebook, provider, frontend)
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
def test_the_end_of_a_stream_moves_nothing_the_reader_sees(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    provider.speech = Speech(tokens=LINES, tokens_per_s=None, stall_after=len(LINES))
    notebook = open_notebook([provider.cell(), *EMPTY_CELLS], frontend=frontend)
    notebook.run(0)
    log, box = notebook.log(0), notebook.live(0).locator(".nbstream-scroll")
    expect(log).to_contain_text(LINES[-1].strip())
    box.hover()
    notebook.page.mouse.wheel(0, -300)
    log.evaluate("(log) => getSelection().selectAllChildren(log.querySelectorAll('p')[60])")
    notebook.live(0).focus()
    notebook.page.wait_for_timeout(1000)
    before = notebook.page.evaluate(SEEN)
    notebook.page.screenshot(path=f"/tmp/mid-{frontend}.png")

    notebook.page.keyboard.press("Escape")
    notebook.wait_until_run(0)
    expect(notebook.output(0).locator(".nbstream-saved .nbstream")).to_have_count(1)
    notebook.page.screenshot(path=f"/tmp/end-{frontend}.png")
    assert notebook.page.evaluate(SEEN) == before
