"""Code of saved answers in the pages that `nbstream run --html` and nbconvert make."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.hostile import saved

ANSWER = (
    "Text with `inline`.\n\n```python\ndef double(x):\n    return x * 2  # twice\n```\n\n"
    "- item\n\n  ```js\n  const x = 1;\n  ```\n\n```\nplain\n```\n\nand\n\n    indented\n"
)
BLOCKS = """() => [...document.querySelectorAll(".jp-OutputArea pre")].map((block) => {
  const paper = (of) => getComputedStyle(of).backgroundColor;
  const words = [...block.querySelectorAll("span, code")].concat(block);
  const box = block.getBoundingClientRect();
  const wide = (text) => {
    const probe = document.createElement("span");
    probe.textContent = text;
    (block.querySelector("code") ?? block).append(probe);
    const { width } = probe.getBoundingClientRect();
    probe.remove();
    return width;
  };
  return {
    mono: Math.abs(wide("iiiiiiii") - wide("MMMMMMMM")) < 0.5,
    block: paper(block) !== "rgba(0, 0, 0, 0)" && paper(block) !== paper(document.body),
    colours: new Set(words.map((word) => getComputedStyle(word).color)).size,
    wide: box.width > 400,
  };
})"""


def notebook(folder: Path) -> Path:
    """A notebook with a saved answer, and a cell that shows the same again."""
    output = nbformat.v4.new_output("display_data", data=saved(ANSWER))
    cell = nbformat.v4.new_code_cell("%%generate m\nHi", outputs=[output])
    path = folder / "answer.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path


def converted(folder: Path, *flags: str) -> Path:
    source = notebook(folder)
    command = [sys.executable, "-m", "nbconvert", "--to", "html", *flags, str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return source.with_suffix(".html")


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    page.route("http*://**", lambda route: route.abort())
    yield page
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_with_the_template_code_is_monospaced_in_a_coloured_block(
    page: Page, tmp_path: Path, theme: str
) -> None:
    templates = Path(__file__).parents[2] / "src" / "nbstream" / "templates"
    basedirs = f"--TemplateExporter.extra_template_basedirs={templates}"
    html = converted(tmp_path, "--template", "nbstream", "--theme", theme, basedirs)
    page.goto(html.as_uri())
    blocks = page.evaluate(BLOCKS)
    assert [(each["mono"], each["block"], each["wide"]) for each in blocks] == [(True,) * 3] * 4
    assert [each["colours"] > 1 for each in blocks] == [True, True, False, False]


def test_the_page_of_nbstream_run_has_such_blocks(page: Page, tmp_path: Path) -> None:
    display = (
        "from IPython.display import display\n"
        f"display({{'text/markdown': {saved(ANSWER)['text/markdown']!r}}}, raw=True)"
    )
    source, html = tmp_path / "run.ipynb", tmp_path / "run.html"
    cells = [nbformat.v4.new_code_cell(display)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), source)
    command = [sys.executable, "-m", "nbstream.cli", "run", str(source), "--html", str(html)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    page.goto(html.as_uri())
    blocks = page.evaluate(BLOCKS)
    assert [(each["mono"], each["block"]) for each in blocks] == [(True, True)] * 4
    assert blocks[0]["colours"] > 1


def test_plain_nbconvert_keeps_each_line_and_its_colours(page: Page, tmp_path: Path) -> None:
    # Its own style gives such code the font of the text, which the template above mends.
    page.goto(converted(tmp_path).as_uri())
    assert page.locator(".jp-OutputArea pre").count() == 4
    assert page.evaluate(BLOCKS)[0]["colours"] > 1
    assert "    return x * 2" in page.locator(".jp-OutputArea pre").first.inner_text()
