"""The pictures taken in real JupyterLab, in light and dark: a cell while the embedded model writes
into it, the interactive widget, and each way an answer ends, which a scripted provider makes.

`python -m docs.pictures` writes all of them to `docs/images`; with names (`quickstart`,
`generator`, `states`) those alone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, get_args

from playwright.sync_api import (
    Browser,
    Locator,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.conftest import BROWSERS, FLAGS
from tests.browser.lab import Lab, Look, Theme
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import Provider
from tests.speaking import Speech

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
ANSWER = """\
Walk the folder with `rglob`, and add up what each *file* says of itself.

```python
from pathlib import Path

def size_of(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files)  # in bytes
```

Links are followed to the files they name, so a file may count twice.
"""
# In the middle of the code.
CUT_AT = ANSWER.index("_size for")
PIECE = 4

Shoot = Callable[[str, Locator], None]
"""Takes the picture with this name of this part of the page."""


def take_quickstart(notebook: NotebookPage, shoot: Shoot) -> None:
    """The picture of the second run: the model is loaded then."""
    notebook.fill([CELL])
    notebook.run(0)
    notebook.wait_until_run(0)
    notebook.run(0)
    expect(notebook.log(0)).to_contain_text(SHOWN_AT)
    shoot("quickstart", panel(notebook))
    notebook.wait_until_run(0)


def take_generator(notebook: NotebookPage, shoot: Shoot) -> None:
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
    shoot("generator", panel(notebook))
    widget.get_by_role("button", name="Cancel", exact=True).click()
    expect(widget.get_by_role("button", name="Retry answer 2")).to_be_visible()


def take_states(notebook: NotebookPage, shoot: Shoot) -> None:
    """The same answer while it is written, in the list of what runs, and as each end leaves it."""
    tokens = [ANSWER[at : at + PIECE] for at in range(0, len(ANSWER), PIECE)]
    cut = CUT_AT // PIECE
    with Provider().running() as provider:
        notebook.fill([f"%generate alias writer openai-chat/example --base-url {provider.url}"])
        notebook.result(0)

        def run(speech: Speech, flags: str = "") -> None:
            speech.model = "example"
            provider.speech = speech
            notebook.fill([f"%%generate writer{flags}\nHow large is a folder? Answer in Python."])
            notebook.run(0)

        def ended(status: str) -> None:
            notebook.wait_until_run(0)
            expect(notebook.live(0)).to_have_attribute("data-status", status)
            expect(notebook.live(0).get_by_role("button", name="Run again")).to_be_visible()
            shoot(f"states/{status}", notebook.cell(0))

        run(Speech(tokens, tokens_per_s=60, stall_after=cut), " --max-tokens 160")
        expect(notebook.log(0)).to_contain_text(ANSWER[CUT_AT - 9 : CUT_AT - PIECE])
        shoot("states/writing", notebook.cell(0))
        item = notebook.page.locator(".nbstream-item button")
        item.click()
        expect(notebook.page.locator(".nbstream-popup li")).to_be_visible()
        shoot("states/running", notebook.page.locator("#main"))
        notebook.page.keyboard.press("Escape")
        notebook.click_cancel(0)
        notebook.page.mouse.move(0, 0)
        ended("cancelled")
        run(Speech(tokens, tokens_per_s=60))
        ended("complete")
        run(Speech(tokens, tokens_per_s=60, drop_after=cut), " --on-drop stop")
        ended("failed")
        run(Speech(tokens, tokens_per_s=60), f" --max-chars {CUT_AT}")
        ended("truncated")


def panel(notebook: NotebookPage) -> Locator:
    return notebook.page.locator(".jp-NotebookPanel-notebook")


class Picture(NamedTuple):
    """How large the page is, and what is taken in it."""

    width: int
    height: int
    scale: float
    take: Callable[[NotebookPage, Shoot], None]


PICTURES: Mapping[str, Picture] = {
    "quickstart": Picture(980, 645, 2, take_quickstart),
    "generator": Picture(980, 900, 2, take_generator),
    "states": Picture(880, 540, 1, take_states),
}


@contextmanager
def opened(lab: Lab, browser: Browser, theme: Theme, picture: Picture) -> Iterator[NotebookPage]:
    look = Look("lab", "nbstream-7", "default", theme, extension=True)
    lab.apply(look)
    path = lab.write_notebook(look.kernel).rename(lab.root / "folders.ipynb")
    viewport: ViewportSize = {"width": picture.width, "height": picture.height}
    page = browser.new_page(viewport=viewport, device_scale_factor=picture.scale)
    notebook = NotebookPage(page, lab.address(path, look.frontend), path)
    notebook.open()
    # the file browser takes room and shows nothing
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    yield notebook
    page.close()
    lab.end_session(path)


def launch(playwright: Playwright) -> Browser:
    """The system's browser, else Playwright's own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return playwright.chromium.launch(executable_path=found, args=FLAGS)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab(Path(folder)).running() as lab,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for name in sys.argv[1:] or PICTURES:
            for theme in get_args(Theme):

                def shoot(name: str, part: Locator, theme: Theme = theme) -> None:
                    file = IMAGES / f"{name}-{theme}.png"
                    part.screenshot(path=file, animations="disabled")
                    print(f"{file}: {file.stat().st_size // 1000} KB")

                with opened(lab, browser, theme, PICTURES[name]) as notebook:
                    PICTURES[name].take(notebook, shoot)
        browser.close()


if __name__ == "__main__":
    main()
