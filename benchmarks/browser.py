"""Real JupyterLab in Chromium, its traffic counted and its clock read."""

from __future__ import annotations

import shutil
import time
from base64 import b64decode
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.lab import Lab
from tests.browser.notebook_page import NotebookPage

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_KERNEL = "nbstream-7"

OpenNotebook = Callable[[Sequence[str]], NotebookPage]


def find_chromium() -> str | None:
    """The system's browser; None where there is none, which leaves it to playwright."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


@contextmanager
def jupyterlab() -> Generator[OpenNotebook]:
    """A server and a browser, for the length of the block: what opens notebooks of such cells,
    each in a page and a kernel of its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
        lab = stack.enter_context(Lab(Path(folder) / "jupyter").running())
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        stack.callback(browser.close)
        context = browser.new_context(viewport={"width": 1200, "height": 900})
        yield lambda cells: _open(lab, context, cells)


def _open(lab: Lab, context: BrowserContext, cells: Sequence[str]) -> NotebookPage:
    path = lab.write_notebook(_KERNEL)
    page = NotebookPage(context.new_page(), lab.address(path, "lab"), path)
    page.open()
    page.fill(cells)
    return page


class Traffic:
    """Bytes over the page's websockets, both ways, from here on."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self.messages = 0
        cdp = page.context.new_cdp_session(page)
        cdp.send("Network.enable")  # pyright: ignore[reportUnknownMemberType]
        cdp.on("Network.webSocketFrameReceived", self._count)
        cdp.on("Network.webSocketFrameSent", self._count)

    def _count(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        payload: str = frame["payloadData"]
        # Text frames are told as they are, all others in base64.
        size = len(payload.encode()) if frame["opcode"] == 1 else len(b64decode(payload))
        self.bytes += size
        self.messages += 1


def page_clock_ahead_s(page: Page) -> float:
    """How far the page's wall clock in seconds is ahead of this machine's `perf_counter`."""
    asked: list[tuple[float, float]] = []
    for _ in range(20):
        before = time.perf_counter()
        now_ms: float = page.evaluate("performance.timeOrigin + performance.now()")
        after = time.perf_counter()
        asked.append((after - before, now_ms / 1000 - (before + after) / 2))
    return min(asked)[1]
