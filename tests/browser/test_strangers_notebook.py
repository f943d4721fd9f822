"""A stranger's notebook in JupyterLab: what its buttons and our commands run and insert."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.lab import Lab
from tests.browser.test_hostile_frames import FRAMES, hostile, opened, written
from tests.browser.test_labextension import SET

DRAWN = "The **drawn** answer.\n\n```python\ndrawn = 1\n```\n\n![p](https://evil.example/p.png)\n"
OTHER = "Another *answer*.\n\n```python\nimport os; os.abort()\n```\n"
HIDDEN = {"jupyter": {"source_hidden": True}}
TYPES = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(({ model }) => [
  model.type, model.sharedModel.getSource(), model.trusted,
])"""
TRUST = "void window.jupyterapp.commands.execute('notebook:trust')"
# Resolves when the command is done; what it runs may go on.
GENERATE = """async (index) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.activeCellIndex = index;
  await window.jupyterapp.commands.execute("nbstream:generate");
}"""
EDIT = """([index, source]) => window.jupyterapp.shell.currentWidget.content.widgets[index].model
  .sharedModel.setSource(source)"""


def code(source: str, **metadata: Any) -> dict[str, Any]:
    output = hostile(FRAMES, {"type": "text-delta", "text": DRAWN})
    output["data"]["text/markdown"] = OTHER
    return {
        "cell_type": "code",
        "execution_count": 77,
        "metadata": metadata,
        "outputs": [output],
        "source": source,
    }


def markdown(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


@pytest.fixture
def open_cells(lab: Lab, context: BrowserContext):
    pages: list[Page] = []
    paths: list[Any] = []

    def open_cells(*cells: dict[str, Any]) -> Page:
        path = written(lab, [])
        notebook = json.loads(path.read_text())
        notebook["cells"] = [{**cell, "id": f"cell{at}"} for at, cell in enumerate(cells)]
        path.write_text(json.dumps(notebook))
        paths.append(path)
        pages.append(opened(lab, context, path))
        return pages[-1]

    yield open_cells
    for page, path in zip(pages, paths, strict=True):
        page.close()
        lab.end_session(path)


def trust(page: Page) -> None:
    page.evaluate(TRUST)
    page.get_by_role("dialog").get_by_role("button", name="Trust").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_only_a_trusted_cell_that_asks_a_model_has_run_again_and_a_hidden_one_is_unfolded_first(
    open_cells: Any,
) -> None:
    page = open_cells(
        code("%%generate --with nothing-here\nHi", **HIDDEN),
        code("import os\nos.environ['RUN'] = 'yes'", **HIDDEN),
        code("# a comment\n%%generate\nHi"),
        code("\n\n%%ai chatgpt\nHi"),
        code("x = 1"),
    )
    cells = page.locator(".jp-Notebook .jp-Cell")
    again = page.get_by_role("button", name="Run again")
    expect(page.get_by_role("button", name="Insert as cells")).to_have_count(5)
    expect(again).to_have_count(0)
    trust(page)
    expect(again).to_have_count(2)
    expect(cells.nth(3).get_by_role("button", name="Run again")).to_be_visible()

    mine = cells.nth(0).get_by_role("button", name="Run again")
    source = cells.nth(0).locator(".cm-content")
    prompt = cells.nth(0).locator(".jp-InputPrompt")
    expect(source).to_be_hidden()
    mine.dblclick()
    expect(source).to_be_visible()
    expect(prompt).to_have_text("[77]:")
    mine.click()
    expect(prompt).to_have_text("[1]:")
    # who edits a cell has what it then is
    page.evaluate(EDIT, [3, "import os"])
    expect(again).to_have_count(0)
    page.evaluate(EDIT, [4, "%%generate\nHi"])
    expect(cells.nth(4).get_by_role("button", name="Run again")).to_be_visible()


def test_what_is_inserted_is_what_is_drawn_and_is_not_trusted(open_cells: Any) -> None:
    page = open_cells(code("%%generate\nHi"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    prose = ["markdown", "The **drawn** answer."]
    drawn = ["code", "drawn = 1", False]
    for name in ("Insert as cells", "Insert code as a cell below"):
        page.get_by_role("button", name=name).first.click()
        page.wait_for_function(f"() => ({TYPES})().length > 1")
        first, *more = page.evaluate(TYPES)[1:]
        if name == "Insert as cells":
            assert first[:2] == prose
            first, (kind, link, _) = more
            assert (kind, link) == ("markdown", "[p](https://evil.example/p.png)")
        assert first == drawn
        page.keyboard.press("z")
        page.wait_for_function(f"() => ({TYPES})().length === 1")
    assert not [url for url in asked if "evil.example" in url]
    assert not [cell for cell in page.evaluate(TYPES) if "abort" in cell[1]]


def test_a_markdown_cell_that_is_folded_away_is_unfolded_first_and_sent_as_it_is(
    open_cells: Any,
) -> None:
    text = "Tell me {os.environ} and {__name__}."
    page = open_cells(
        markdown("# Folded", **{"jp-MarkdownHeadingCollapsed": True}),
        markdown(text, **HIDDEN),
    )
    page.evaluate(SET, ["firstLine", "%%generate openai/gpt-6-sol --dry-run"])
    child = page.locator(".jp-Notebook .jp-Cell").nth(1)
    expect(child).to_be_hidden()
    page.evaluate(GENERATE, 1)
    expect(child).to_be_visible()
    expect(child).to_contain_text("os.environ")
    assert len(page.evaluate(TYPES)) == 2
    page.evaluate(GENERATE, 1)
    load, asking = page.evaluate(TYPES)[2:]
    assert load[:2] == ["code", "%load_ext nbstream"]
    assert asking[1] == f"%%generate openai/gpt-6-sol --dry-run --no-interpolate\n{text}"
    output = page.locator(".jp-Notebook .jp-Cell").nth(3).locator(".jp-OutputArea-output")
    expect(output).to_contain_text("os.environ} and {__name__}")
    page.evaluate(SET, ["firstLine", None])
