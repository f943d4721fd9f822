"""Text in any script, at any size and width, however its deltas cut it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.provider import Provider
from tests.browser.test_mime_renderer import PLACES
from tests.speaking import Speech

PARAGRAPHS = {
    "hebrew": "שלום עולם, this is **מעורב** text.",
    "arabic": "مرحبا بالعالم، النص `code` هنا (أقواس).",
    "latin": "Left to right, with one word of עברית in it.",
    "cjk": "中文没有空格所以浏览器在任何字之间都可以换行。句読点の前では改行しません。" * 5,
    "emoji": "Family 👨\u200d👩\u200d👧, flag 🇨🇭, thumb 👍🏽, heart ❤\ufe0f, keycap 3\ufe0f\u20e3.",
    "marks": "e\u0301 a\u030a, Z\u0351\u036b\u0343\u036a, नमस्ते, สวัสดี, 각.",
    "long": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 5,
}
LIST = "- פריט ראשון\n- second item\n\n| שם | name |\n|---|---|\n| ערך | value |\n"
TEXT = "\n\n".join(PARAGRAPHS.values()) + "\n\n" + LIST
# Whether each paragraph's first letter stands at the right end of its line.
BEGINS_RIGHT = """(log) => [...log.querySelectorAll("p")].slice(0, 3).map((p) => {
  const range = document.createRange();
  const text = document.createTreeWalker(p, NodeFilter.SHOW_TEXT).nextNode();
  range.setStart(text, 0);
  range.setEnd(text, 1);
  const { left, right } = p.getBoundingClientRect();
  return range.getBoundingClientRect().left > (left + right) / 2;
})"""
NARROW = """(root) => {
  document.documentElement.style.setProperty("--jp-content-font-size1", "28px");
  document.documentElement.style.setProperty("--jp-ui-font-size1", "26px");
  root.style.maxWidth = "320px";
}"""
# What is wider than the answer and cannot be scrolled to.
LOST = """(root) => {
  const { left, right } = root.getBoundingClientRect();
  const scrolls = ".nbstream-table, .nbstream-code pre, .nbstream-cursor";
  return [...root.querySelectorAll("*")]
    .filter((each) => !each.closest(scrolls) && each.checkVisibility())
    .filter((each) => {
      const box = each.getBoundingClientRect();
      return box.width > 1 && (box.left < left - 1 || box.right > right + 1);
    })
    .map((each) => each.outerHTML.slice(0, 120));
}"""
# Text whose lines would lie upon each other.
CRAMPED = """(root) => [...root.querySelectorAll("*")]
  .filter((each) => each.checkVisibility())
  .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((each) => {
    const { fontSize, lineHeight } = getComputedStyle(each);
    return parseFloat(lineHeight) < 1.15 * parseFloat(fontSize);
  })
  .map((each) => each.outerHTML.slice(0, 120))"""


def test_text_that_came_by_single_characters_looks_as_when_it_is_drawn_at_once(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=list(TEXT), tokens_per_s=1500)
    notebook = open_notebook([provider.cell()])
    notebook.run_all()
    notebook.wait_until_run(0)
    expect(notebook.output(0).locator(".nbstream-saved")).to_have_count(1)
    log = notebook.log(0)
    for paragraph in ("cjk", "emoji", "marks", "long"):
        assert PARAGRAPHS[paragraph] in log.inner_text()
    assert log.evaluate(BEGINS_RIGHT) == [True, True, False]
    live: Any = notebook.live(0).evaluate(PLACES)
    picture = log.screenshot()
    assert notebook.live(0).evaluate(LOST) == []
    notebook.save()
    notebook.reload()
    expect(notebook.output(0).locator(".nbstream-saved .nbstream")).to_have_count(1)
    assert notebook.live(0).evaluate(PLACES) == live
    assert notebook.log(0).screenshot() == picture

    notebook.live(0).evaluate(NARROW)
    assert notebook.live(0).evaluate("root => root.getBoundingClientRect().width") <= 320
    assert notebook.live(0).evaluate(LOST) == []
    assert notebook.live(0).evaluate(CRAMPED) == []
    notebook.reload()
