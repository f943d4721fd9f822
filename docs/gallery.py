"""Pictures of all that an answer can hold and of states that do not last, in a browser without
Jupyter; those of the others `docs.pictures` takes in it.

`python -m docs.gallery` writes `docs/images/gallery/*.png`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, FloatRect, sync_playwright

from tests.browser.conftest import BROWSERS, FLAGS

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images" / "gallery"
PAGE = ROOT / "js" / "dev" / "out" / "gallery.html"

THEMES = ("light", "dark")
CONSTRUCTS = ("text", "lists", "code", "math")
STATES = {
    "waiting": "waiting, nothing known",
    "loading": "loading the local model",
    "retrying": "trying again",
    "thinking": "thinking",
    "cancelling": "cancelling",
    "scrolled": "writing, reader has scrolled up",
}


def pictures() -> Iterator[tuple[str, str, str, int]]:
    """File name, what is shown, theme and width."""
    for theme in THEMES:
        for name in CONSTRUCTS:
            yield f"{name}-{theme}", name, theme, 820
        for name, state in STATES.items():
            yield f"state-{name}-{theme}", state, theme, 760
    for name in ("text", "code"):
        yield f"{name}-contrast", name, "contrast", 820
    for name in ("text", "lists", "code"):
        yield f"{name}-narrow", name, "light", 320


def take(browser: Browser, file: str, show: str, theme: str, width: int, *, media: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 600})
    page.emulate_media(
        media="print" if media == "print" else "screen",
        color_scheme="light" if theme == "light" else "dark",
        reduced_motion="reduce",
    )
    page.goto(f"{PAGE.as_uri()}?{urlencode({'theme': theme, 'show': show})}")
    page.wait_for_timeout(700)
    path = IMAGES / f"{file}.png"
    height: int = page.evaluate("document.body.offsetHeight")
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": height}
    page.screenshot(path=path, full_page=True, clip=clip, animations="disabled")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} KB")
    page.close()


def main() -> None:
    node = shutil.which("node")
    if node is None:
        raise SystemExit("The gallery needs Node: run `make build` once.")
    subprocess.run([node, "dev/gallery.mjs"], cwd=ROOT / "js", check=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        for file, show, theme, width in pictures():
            take(browser, file, show, theme, width, media="screen")
        take(browser, "complete-print", "complete", "light", 760, media="print")
        browser.close()


if __name__ == "__main__":
    main()
