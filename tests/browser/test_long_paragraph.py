"""A paragraph of many thousand words: cut where its lines end, and nobody sees where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import Provider
from tests.speaking import Speech

# Some 25 KB before the pause, and after it more than comes before it is cancelled.
TOKENS = [
    f"Word {n} of *many* with `code({n})` and [a link](https://example.org/{n}) in the long "
    f"paragraph that **never** ends. "
    for n in range(5000)
]
FIRST = 250
# How many cuts there are, how many of them are blocks, how many words there are, and which of them
# stand elsewhere than they would without the cuts.
LOOK = """(log) => {
  const paragraph = log.querySelector("p");
  const cuts = [...paragraph.querySelectorAll("span:empty")];
  const words = (element) => {
    const { x, y } = element.getBoundingClientRect();
    const range = document.createRange();
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const words = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      for (const { 0: word, index } of text.data.matchAll(/\\S+/g)) {
        range.setStart(text, index);
        range.setEnd(text, index + 1);
        const place = range.getBoundingClientRect();
        words.push({ word, x: place.x - x, y: place.y - y });
      }
    }
    return words;
  };
  const copy = paragraph.cloneNode(true);
  for (const cut of copy.querySelectorAll("span:empty")) cut.remove();
  copy.normalize();
  paragraph.after(copy);
  const whole = words(copy);
  copy.remove();
  const isSame = (one, other) => one.word === other?.word
    && Math.abs(one.x - other.x) < 0.5 && Math.abs(one.y - other.y) < 0.5;
  const shown = words(paragraph);
  return {
    cuts: cuts.length,
    blocks: cuts.filter((cut) => getComputedStyle(cut).display === "block").length,
    words: whole.length,
    moved: whole.filter((word, at) => !isSame(word, shown[at])).map(({ word }) => word),
  };
}"""
SELECT = """(log) => {
  const text = log.querySelectorAll("p > code")[20].nextSibling;
  getSelection().setBaseAndExtent(text, 1, log.querySelectorAll("p > em")[22].firstChild, 2);
  return String(getSelection());
}"""


@pytest.fixture
def notebook(open_notebook: OpenNotebook, provider: Provider) -> Iterator[NotebookPage]:
    """One in which the first part of the paragraph has come."""
    provider.speech = Speech(tokens=TOKENS, tokens_per_s=200, hold_after=FIRST)
    notebook = open_notebook([provider.cell()])
    size = notebook.page.viewport_size
    assert size is not None
    notebook.run(0)
    expect(notebook.log(0)).to_contain_text(f"Word {FIRST - 1} of")
    yield notebook
    notebook.page.set_viewport_size(size)


def test_its_words_stand_as_in_one_text(notebook: NotebookPage, provider: Provider) -> None:
    def look() -> dict[str, Any]:
        looked = notebook.log(0).evaluate(LOOK)
        assert looked["words"] > 10 * FIRST
        assert looked["moved"] == []
        return looked

    looked = look()
    assert looked["blocks"] == looked["cuts"] >= 4
    # in another width its lines end elsewhere
    notebook.page.set_viewport_size({"width": 900, "height": 1600})
    notebook.until(lambda: look()["blocks"] == 0)
    provider.go_on()
    notebook.until(lambda: look()["blocks"] > 0)
    notebook.click_cancel(0)
    notebook.wait_until_run(0)
    notebook.until(lambda: look()["cuts"] == 0)
    assert notebook.errors == []


def test_a_selection_in_it_survives_its_growth_and_its_end(
    notebook: NotebookPage, provider: Provider
) -> None:
    selected = notebook.log(0).evaluate(SELECT)
    assert len(selected) > 100
    provider.go_on()
    expect(notebook.log(0)).to_contain_text(f"Word {2 * FIRST} of")
    notebook.press_escape(0)  # a click would end the selection
    notebook.wait_until_run(0)
    notebook.until(lambda: notebook.log(0).evaluate(LOOK)["cuts"] == 0)
    assert notebook.page.evaluate("String(getSelection())") == selected
