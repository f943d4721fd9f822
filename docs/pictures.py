"""The pictures of the README and of docs/generator.md: a real cell in real JupyterLab while the
embedded model writes into it, and the interactive widget.

`python -m docs.pictures` writes `quickstart-light.png`, `generator-light.png` and the same in dark
to `docs/images`; `python -m docs.pictures generator` those of the widget alone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import BROWSERS, FLAGS
from tests.browser.lab import Lab, Look, Theme
from tests.browser.notebook_page import NotebookPage

IMAGES = Path(__file__).parent / "images"
CELL = (
    "%%generate local -o answer --max-tokens 160 --temperature 0\n"
    "Write a short Python function `average(numbers)`, with a docstring,"
    " and show one example call."
)
# Far enough to show highlighted code, and not the end.
SHOWN_AT = "Example usage"


GENERATOR = (
    'import nbstream\ngen = nbstream.Generator(model="local", max_tokens=160, temperature=0)\ngen'
)


def take(notebook: NotebookPage, picture: Path) -> None:
    """The picture of the second run: the model is loaded then."""
    notebook.fill([CELL])
    notebook.run(0)
    notebook.wait_until_run(0)
    notebook.run(0)
    expect(notebook.log(0)).to_contain_text(SHOWN_AT)
    shoot(notebook, picture)
    notebook.wait_until_run(0)


def take_generator(notebook: NotebookPage, picture: Path) -> None:
    """A short exchange, and one that is under way."""
    notebook.fill([GENERATOR])
    notebook.run(0)
    widget = notebook.output(0).locator(".nbstream-gen").first
    box = widget.get_by_role("textbox", name="Prompt", exact=True)
    box.fill("Write one short sentence about the river Aare.")
    box.press("Control+Enter")
    expect(widget.get_by_role("button", name="Retry answer 1")).to_be_visible(timeout=60_000)
    box.fill("Write a short Python function `average(numbers)`, with a docstring.")
    box.press("Control+Enter")
    expect(widget.get_by_role("log").last).to_contain_text("numbers):", timeout=60_000)
    shoot(notebook, picture)
    widget.get_by_role("button", name="Cancel", exact=True).click()
    expect(widget.get_by_role("button", name="Retry answer 2")).to_be_visible()


def shoot(notebook: NotebookPage, picture: Path) -> None:
    panel = notebook.page.locator(".jp-NotebookPanel-notebook")
    panel.screenshot(path=picture, animations="disabled")


# Each with the height of its page.
PICTURES: Mapping[str, tuple[int, Callable[[NotebookPage, Path], None]]] = {
    "quickstart": (645, take),
    "generator": (900, take_generator),
}


@contextmanager
def opened(lab: Lab, browser: Browser, theme: Theme, height: int) -> Iterator[NotebookPage]:
    look = Look("lab", "nbstream-7", "default", theme, extension=True)
    lab.apply(look)
    path = lab.write_notebook(look.kernel)
    page = browser.new_page(viewport={"width": 980, "height": height}, device_scale_factor=2)
    notebook = NotebookPage(page, lab.address(path, look.frontend), path)
    notebook.open()
    page.keyboard.press("Control+b")  # the file browser takes room and shows nothing
    yield notebook
    page.close()
    lab.end_session(path)


def main() -> None:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab(Path(folder)).running() as lab,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        for name in sys.argv[1:] or PICTURES:
            height, taken = PICTURES[name]
            for theme in get_args(Theme):
                picture = IMAGES / f"{name}-{theme}.png"
                with opened(lab, browser, theme, height) as notebook:
                    taken(notebook, picture)
                print(picture)
        browser.close()


if __name__ == "__main__":
    main()
