"""The README's moving picture, taken in real JupyterLab in light and dark: an answer is written and
cancelled while its cell runs, written again, and becomes cells. A scripted provider answers.

`python -m docs.movie` writes `docs/images/movie-{light,dark}.png` (animated PNG).
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from docs.pictures import IMAGES, Picture, launch, opened
from tests.browser.lab import Lab, Theme
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import Provider
from tests.speaking import Speech

SIZE = Picture(860, 620, 1.5, lambda notebook, shoot: None)
FRAMES_PER_S = 8
COLOURS = 128
CANCEL_AT = "for path in"
PROMPT = "How large is a folder? Answer in Python."
ANSWER = """\
Walk the folder with `rglob`, and add up the size of each *file*.

```python
from pathlib import Path

def size_of(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files)  # in bytes

print(size_of(Path.cwd()))
```
"""
# The browser takes its pictures without the mouse.
POINTER = """() => {
  const pointer = document.createElement("div");
  pointer.style.cssText = "position:fixed;z-index:99999;width:14px;height:20px;pointer-events:none;"
    + "clip-path:polygon(0 0,0 78%,25% 62%,43% 100%,60% 93%,43% 57%,75% 57%);"
    + "background:#e8710a;left:700px;top:500px";
  document.body.append(pointer);
  window.movePointer = (x, y) => { pointer.style.left = x + "px"; pointer.style.top = y + "px"; };
}"""


class Film:
    """The frames so far, each with the milliseconds it stands."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: list[Image.Image] = []
        self._durations: list[int] = []
        self._at = (700.0, 500.0)
        page.evaluate(POINTER)

    def roll(self, seconds: float) -> None:
        """Take frames for that long."""
        end = time.monotonic() + seconds
        while (began := time.monotonic()) < end:
            self._take()
            left = 1 / FRAMES_PER_S - (time.monotonic() - began)
            self._page.wait_for_timeout(max(0.0, left) * 1000)

    def roll_until(self, condition: Callable[[], bool]) -> None:
        """Take frames until it holds."""
        while not condition():
            self.roll(0.25)

    def type(self, text: str) -> None:
        """Type into the focused editor, two characters a frame."""
        for at in range(0, len(text), 2):
            self._page.keyboard.insert_text(text[at : at + 2])
            self._take()

    def click(self, target: Locator) -> None:
        """Move the pointer there, and click."""
        box = target.bounding_box()
        assert box is not None
        goal = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        (x, y), steps = self._at, 5
        for step in range(1, steps + 1):
            part = step / steps
            at = [x + (goal[0] - x) * part, y + (goal[1] - y) * part]
            self._page.evaluate("([x, y]) => movePointer(x, y)", at)
            self._take()
        self._at = goal
        self._page.mouse.click(*goal)

    def write(self, file: Path) -> None:
        """One palette for all frames: what does not change costs nothing then."""
        chosen = self._frames[:: max(1, len(self._frames) // 4)]
        width, height = chosen[0].size
        sample = Image.new("RGB", (width, height * len(chosen)))
        for number, frame in enumerate(chosen):
            sample.paste(frame, (0, number * height))
        palette = sample.quantize(COLOURS, dither=Image.Dither.NONE)
        frames = [f.quantize(palette=palette, dither=Image.Dither.NONE) for f in self._frames]
        frames[0].save(
            file,
            save_all=True,
            append_images=frames[1:],
            duration=self._durations,
            loop=0,
            optimize=True,
        )

    def _take(self) -> None:
        picture = Image.open(io.BytesIO(self._page.screenshot(animations="allow"))).convert("RGB")
        if self._frames and picture.tobytes() == self._frames[-1].tobytes():
            self._durations[-1] += 1000 // FRAMES_PER_S
            return
        self._frames.append(picture)
        self._durations.append(1000 // FRAMES_PER_S)


def speech(*, tokens_per_s: float) -> Speech:
    tokens = [ANSWER[at : at + 4] for at in range(0, len(ANSWER), 4)]
    return Speech(tokens, tokens_per_s=tokens_per_s, first_after_s=0.5, model="example")


def play(notebook: NotebookPage, provider: Provider) -> Film:
    page = notebook.page
    notebook.fill([f"%generate alias writer openai-chat/example --base-url {provider.url}"])
    notebook.result(0)
    notebook.fill([""])
    notebook.cell(0).locator(".cm-content").click()
    film = Film(page)
    provider.speech = speech(tokens_per_s=14)
    film.type(f"%%generate writer\n{PROMPT}")
    page.keyboard.press("Control+Enter")
    log, live = notebook.log(0), notebook.live(0)
    film.roll_until(lambda: CANCEL_AT in log.inner_text())
    film.click(live.get_by_role("button", name="Cancel"))
    film.roll(2)
    film.click(live.get_by_role("button", name="Run again"))
    film.roll_until(lambda: live.get_attribute("data-status") == "complete")
    film.roll(1)
    film.click(live.get_by_role("button", name="Insert as cells"))
    film.roll_until(lambda: page.locator(".jp-Notebook .jp-Cell").count() > 1)
    page.mouse.wheel(0, 400)
    film.roll(2.5)
    return film


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Lab(Path(folder)).running() as lab,
        sync_playwright() as playwright,
        Provider().running() as provider,
    ):
        browser = launch(playwright)
        for theme in get_args(Theme):
            with opened(lab, browser, theme, SIZE) as notebook:
                file = IMAGES / f"movie-{theme}.png"
                play(notebook, provider).write(file)
                print(f"{file}: {file.stat().st_size // 1000} KB")
        browser.close()


if __name__ == "__main__":
    main()
