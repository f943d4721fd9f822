"""The README's picture: a real cell in real JupyterLab while the embedded model writes into it.

`python -m docs.pictures` writes `docs/images/quickstart-light.png` and `-dark.png`.
"""

from __future__ import annotations

import shutil
import tempfile
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


def take(lab: Lab, browser: Browser, theme: Theme) -> Path:
    """The picture in one theme, of the second run: the model is loaded then."""
    look = Look("lab", "nbstream-7", "default", theme)
    lab.apply(look)
    path = lab.write_notebook(look.kernel)
    page = browser.new_page(viewport={"width": 980, "height": 645}, device_scale_factor=2)
    notebook = NotebookPage(page, lab.address(path, look.frontend), path)
    notebook.open()
    page.keyboard.press("Control+b")  # the file browser takes room and shows nothing
    notebook.fill([CELL])
    notebook.run(0)
    notebook.wait_until_run(0)
    notebook.run(0)
    expect(notebook.log(0)).to_contain_text(SHOWN_AT)
    picture = IMAGES / f"quickstart-{theme}.png"
    page.locator(".jp-NotebookPanel-notebook").screenshot(path=picture, animations="disabled")
    notebook.wait_until_run(0)
    page.close()
    lab.end_session(path)
    return picture


def main() -> None:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab(Path(folder)).running() as lab,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        for theme in get_args(Theme):
            print(take(lab, browser, theme))
        browser.close()


if __name__ == "__main__":
    main()
