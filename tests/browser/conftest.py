"""One server, one browser and one provider for all browser tests; pages are used again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import Protocol

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.lab import Comms, Frontend, Lab, Look, Theme
from tests.browser.notebook_page import TIMEOUT_MS, NotebookPage
from tests.browser.provider import Provider

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class OpenNotebook(Protocol):
    """A notebook with these code cells in a page, its kernel ready and the magic loaded."""

    def __call__(
        self,
        cells: Sequence[str],
        *,
        frontend: Frontend = "lab",
        kernel: str = "nbstream-7",
        comms: Comms = "default",
        theme: Theme = "light",
        extension: bool = True,
    ) -> NotebookPage: ...


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("jupyter")).running() as server:
        yield server


@pytest.fixture(scope="session")
def context() -> Iterator[BrowserContext]:
    """The system's browser, else Playwright's own; one context, so that pages share its cache."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        # High enough for all cells: the front ends take those out of sight off the page.
        context = browser.new_context(viewport={"width": 1200, "height": 1600})
        context.set_default_timeout(TIMEOUT_MS)
        yield context
        browser.close()


@pytest.fixture(scope="session")
def pages() -> dict[Look, NotebookPage]:
    """The pages that are open; loading one with its kernel takes longer than most tests."""
    return {}


@pytest.fixture
def open_notebook(
    lab: Lab, context: BrowserContext, pages: dict[Look, NotebookPage]
) -> Iterator[OpenNotebook]:
    used: list[Look] = []

    def open_notebook(
        cells: Sequence[str],
        *,
        frontend: Frontend = "lab",
        kernel: str = "nbstream-7",
        comms: Comms = "default",
        theme: Theme = "light",
        extension: bool = True,
    ) -> NotebookPage:
        look = Look(frontend, kernel, comms, theme, extension)
        used.append(look)
        # Also for a page that is open: the test may load it again.
        lab.apply(look)
        if look not in pages:
            path = lab.write_notebook(kernel)
            pages[look] = NotebookPage(context.new_page(), lab.address(path, frontend), path)
            pages[look].open()
        pages[look].fill(cells)
        return pages[look]

    yield open_notebook
    for look in used:
        # What a failed test left running must not meet the next one.
        if not pages[look].is_idle():
            notebook = pages.pop(look)
            notebook.page.close()
            lab.end_session(notebook.path)


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    """A server that says what it is told to, and knows of this test's requests only."""
    running_provider.begin()
    return running_provider


@pytest.fixture(scope="session")
def running_provider() -> Iterator[Provider]:
    with Provider().running() as provider:
        yield provider
