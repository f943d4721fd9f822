"""Saved answers where nbstream's extension is not: JupyterLab's own renderer does nothing with
them, and a reader sees what the live view shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.lab import Lab
from tests.browser.test_hostile_exported import ELEMENTS
from tests.conformance.vectors import VECTORS
from tests.hostile import OWN, drawn, saved

ALL_DRAWN = """() => {
  const outputs = [...document.querySelectorAll(".jp-OutputArea-output")];
  return outputs.every((output) => output.textContent.trim());
}"""
TRUST = """() => {
  const { widgets } = window.jupyterapp.shell.currentWidget.content;
  for (const { model } of widgets) model.trusted = true;
  return widgets.every(({ model }) => model.trusted);
}"""
# JupyterLab's icons and the formulas that MathJax sets are its own, and links of headings too.
FOUND = f"""() => ({ELEMENTS})().filter((html) => !/^<(math|svg)[ >]/.test(html))"""
TRACKER = "notebook-extension/tracker"
TEXTS = """() => [...document.querySelectorAll(".jp-OutputArea-child")].map((output) => {
  const seen = output.querySelector("[role=log] .nbstream-markdown, .jp-RenderedMarkdown")
    .cloneNode(true);
  for (const part of seen.querySelectorAll(
    ".nbstream-code-header, .jp-InternalAnchorLink, button, .nbstream-line-numbers"
  )) part.remove();
  return seen.textContent.replace(/[\\u200c\\u00b6]/g, "").replace(/\\s+/g, "");
})"""
READ = [
    "# Title <b>\n\nwords *em* **strong** ~~no~~ `code` `<b>` <b>bold</b> &amp; &copy; 1 < 2",
    "![a](http://a.b/c.png) ![](/d) [![e](/f)](/g) ![h][i] [j][i]\n\n[i]: http://k.l",
    "[a](javascript:b) [c](http://d.e) <http://f.g> <javascript:h> [1. i](vbscript:j)",
    "<details>\n<summary>More</summary>\n\nfolded *text*\n\n</details>\nafter",
    "| a | b |\n|---|---|\n| `<x>` | <i> |\n| ![c](/d) | e \\| f |",
    "1. a\n   - <b>\n   - c\n\n   ```html\n   <d>\n   ```\n\n> <e>\n> `f\n> <g>`\n\n    <h>\n",
    "```python\nx = [\"<a>\", '![b](c)']\n```\n\n~~~\n```\n<d>\n~~~",
    "a\u202eb `c\u200bd` &#x202e; \\<e> \\\\<f> \\![g](/h) a]\\(b [k] (l)",
    "<!-- a\n\nb -->\n\nc <!-- d --> <? e ?> <![CDATA[ f ]]> <!G>",
]


@pytest.fixture
def all_outputs(lab: Lab) -> Iterator[None]:
    """Every output of a notebook is drawn, also what is out of sight."""
    lab.set(TRACKER, windowingMode="none")
    yield
    lab.set(TRACKER)


def notebook(lab: Lab, answers: list[dict[str, Any]]) -> Path:
    path = lab.write_notebook("not-here")
    made = nbformat.read(path, as_version=4)
    for at in range(0, len(answers), 40):
        outputs = [
            nbformat.v4.new_output("display_data", data=data) for data in answers[at : at + 40]
        ]
        made.cells.append(nbformat.v4.new_code_cell("%%generate", outputs=outputs))
    nbformat.write(made, path)
    return path


def expect_drawn(page: Page, count: int) -> None:
    expect(page.locator(".jp-OutputArea-output :is(p, .nbstream)").first).to_be_visible()
    expect(page.locator(".jp-OutputArea-child")).to_have_count(count)
    # Each is drawn some time after it has its place.
    page.wait_for_function(ALL_DRAWN)


@pytest.mark.usefixtures("all_outputs")
def test_hostile_answers_run_and_load_nothing_untrusted_and_trusted(
    lab: Lab, context: BrowserContext
) -> None:
    texts = list(OWN)
    for name in ("owasp_xss", "blns"):
        file = VECTORS / "hostile" / f"{name}.json"
        if file.is_file():
            texts += json.loads(file.read_text(encoding="utf-8"))
    path = notebook(lab, [saved(text) for text in texts])
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(lab.address(path, "lab"))
    expect_drawn(page, len(texts))
    untrusted = page.evaluate(FOUND)
    assert page.evaluate(TRUST)
    # Outputs are drawn anew, and formulas after them.
    expect(page.locator(".jp-OutputArea-output mjx-container").first).to_be_attached()
    expect_drawn(page, len(texts))
    trusted = page.evaluate(FOUND)
    outside = [url for url in asked if not url.startswith((lab.url, "data:", "blob:"))]
    assert (untrusted, trusted, outside, said) == ([], [], [], [])
    assert [url for url in asked if url.endswith(("/x", "/x.png", "a.png"))] == []
    page.close()


@pytest.mark.usefixtures("all_outputs")
def test_a_reader_sees_what_the_live_view_shows(lab: Lab, context: BrowserContext) -> None:
    path = notebook(lab, [data for text in READ for data in (drawn(text), saved(text))])
    page = context.new_page()
    page.goto(lab.address(path, "lab"))
    expect_drawn(page, 2 * len(READ))
    texts = page.evaluate(TEXTS)
    for text, live, static in zip(READ, texts[::2], texts[1::2], strict=True):
        assert live, text
        assert static[: len(live)] == live, text
    page.close()
