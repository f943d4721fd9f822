"""A long answer follows its end, and leaves a reader alone who looks back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import ElementHandle, Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import Provider
from tests.speaking import Speech

LINES = [f"Line {number} of an answer that goes on.\n\n" for number in range(5000)]
FROM_END = "(box) => box.scrollHeight - box.clientHeight - box.scrollTop"
# The places a paragraph takes, frame by frame, while 20 more come.
PLACES = """async (line) => {
  const log = line.closest("[role=log]");
  const until = log.querySelectorAll("p").length + 20;
  const places = new Set();
  while (log.querySelectorAll("p").length < until) {
    places.add(line.getBoundingClientRect().y);
    await new Promise(requestAnimationFrame);
  }
  return [...places];
}"""
# How far the end is away at most, frame by frame, while 20 more come.
BEHIND = """async (box) => {
  const until = box.querySelectorAll("p").length + 20;
  let behind = 0;
  while (box.querySelectorAll("p").length < until) {
    await new Promise(requestAnimationFrame);
    behind = Math.max(behind, box.scrollHeight - box.clientHeight - box.scrollTop);
  }
  return behind;
}"""
# Until the heights of what came into view are known.
SETTLED = """async (box) => {
  for (let top = NaN; top !== box.scrollTop; ) {
    top = box.scrollTop;
    for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
  }
}"""

IN_THE_MIDDLE = """(box) => {
  const { top, height, left } = box.getBoundingClientRect();
  const line = (y) => document.elementFromPoint(left + 20, y).closest("p");
  return line(top + height / 2) ?? line(top + height / 2 + 12);
}"""


@pytest.fixture
def notebook(open_notebook: OpenNotebook, provider: Provider) -> Iterator[NotebookPage]:
    """One in which a long answer is being written."""
    provider.speech = Speech(tokens=LINES, tokens_per_s=60)
    notebook = open_notebook([provider.cell()])
    notebook.run(0)
    expect(notebook.log(0)).to_contain_text("Line 70 ")
    yield notebook
    notebook.click_cancel(0)
    notebook.wait_until_run(0)


def scroll_box(notebook: NotebookPage) -> Locator:
    return notebook.live(0).locator(".nbstream-scroll")


def scroll_back(notebook: NotebookPage) -> ElementHandle:
    """With the wheel; the line that is then in the middle."""
    scroll_box(notebook).hover()
    notebook.page.mouse.wheel(0, -900)
    scroll_box(notebook).evaluate(SETTLED)
    line = scroll_box(notebook).evaluate_handle(IN_THE_MIDDLE).as_element()
    assert line is not None
    return line


def test_the_end_is_followed_until_the_reader_scrolls_back_and_after_the_jump(
    notebook: NotebookPage,
) -> None:
    jump = notebook.live(0).get_by_role("button", name="Jump to the end")
    expect(jump).to_be_hidden()
    assert scroll_box(notebook).evaluate(BEHIND) < 60

    line = scroll_back(notebook)
    assert len(line.evaluate(PLACES)) == 1
    expect(jump).to_be_visible()
    assert scroll_box(notebook).evaluate(FROM_END) > 500

    jump.click()
    expect(jump).to_be_hidden()
    assert scroll_box(notebook).evaluate(BEHIND) < 60


def test_a_selection_survives_new_text_and_holds_the_view(notebook: NotebookPage) -> None:
    last = notebook.log(0).locator("p").nth(68)
    last.evaluate("(line) => getSelection().selectAllChildren(line)")
    assert len(last.evaluate(PLACES)) == 1
    assert notebook.page.evaluate("getSelection().toString()").strip() == LINES[68].strip()
    expect(notebook.live(0).get_by_role("button", name="Jump to the end")).to_be_visible()
    notebook.page.evaluate("getSelection().removeAllRanges()")
