"""Saved answers in the page that nbconvert makes: nothing in them runs, loads or is asked for."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import BrowserContext, Route

from tests.conformance.vectors import VECTORS
from tests.hostile import OWN, saved

PAGE = "http://page.invalid/"
ELEMENTS = """() => [...document.querySelectorAll(".jp-OutputArea *")].filter((element) =>
  /^(script|style|img|image|svg|iframe|object|embed|link|meta|base|form|video|audio|math)$/i
    .test(element.tagName)
  || [...element.attributes].some(({ name, value }) => /^on|^srcdoc$/i.test(name)
    || (/^(href|src|action|xlink:href)$/i.test(name) && /^[^/?#]*:/.test(value)
      && !/^(https?|mailto|tel):/i.test(value)))
  || element.matches(".mermaid")
).map((element) => element.outerHTML.slice(0, 200))"""


def exported(texts: list[str]) -> str:
    """The page of a notebook with an answer in each cell."""
    notebook = nbformat.v4.new_notebook()
    for text in texts:
        output = nbformat.v4.new_output("display_data", data=saved(text))
        notebook.cells.append(nbformat.v4.new_code_cell("%%generate", outputs=[output]))
    return HTMLExporter().from_notebook_node(notebook)[0]


def loaded(context: BrowserContext, html: str) -> tuple[set[str], list[str], list[str]]:
    """What the page asked for, what it said in dialogs, and its elements that may do something."""
    asked: set[str] = set()
    said: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url == PAGE:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            asked.add(route.request.url)
            route.abort()

    page = context.new_page()
    page.route("**/*", answer)
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(PAGE)
    elements = page.evaluate(ELEMENTS)
    page.close()
    return asked, said, elements


@pytest.mark.parametrize("source", ["own", "owasp_xss", "blns"])
def test_a_page_with_hostile_answers_asks_for_what_an_empty_one_does(
    context: BrowserContext, source: str
):
    file = VECTORS / "hostile" / f"{source}.json"
    if source != "own" and not file.is_file():
        pytest.skip(f"no {file.name} in NBSTREAM_VECTORS")
    texts = OWN if source == "own" else json.loads(file.read_text(encoding="utf-8"))
    its_own, _, _ = loaded(context, exported(["Hello"]))
    asked, said, elements = loaded(context, exported(texts))
    assert (asked - its_own, said, elements) == (set(), [], [])


def test_the_page_would_run_what_is_not_made_harmless(context: BrowserContext):
    html = exported(["MARK"]).replace("MARK", "<img src=x onerror=alert(1)>")
    asked, said, elements = loaded(context, html)
    assert (f"{PAGE}x" in asked, said, len(elements)) == (True, ["1"], 1)
