"""One server and one browser for all browser tests, and a page for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.lab import KERNELS_SETTINGS, THEMES, Comms, Frontend, Lab, Theme
from tests.browser.notebook_page import NotebookPage
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
OpenNotebook = Callable[..., NotebookPage]


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
        yield browser.new_context(viewport={"width": 1200, "height": 900})
        browser.close()


@pytest.fixture(scope="session")
def opener(lab: Lab, context: BrowserContext) -> Callable[[ExitStack], OpenNotebook]:
    """What opens notebooks whose pages and kernels end with the given stack."""

    def closing_with(stack: ExitStack) -> OpenNotebook:
        def open_notebook(
            cells: Sequence[str],
            *,
            frontend: Frontend = "lab",
            kernel: str = "nbstream-7",
            comms_over_subshells: Comms = "default",
            theme: Theme = "light",
        ) -> NotebookPage:
            chosen = (
                {"commsOverSubshells": "disabled"} if comms_over_subshells == "disabled" else {}
            )
            lab.set(KERNELS_SETTINGS, **chosen)
            lab.set(THEMES, theme=f"JupyterLab {theme.capitalize()}")
            path = lab.write_notebook(kernel, cells)
            page = context.new_page()
            stack.callback(lab.end_session, path)
            stack.callback(page.close)
            notebook = NotebookPage(page, lab.address(path, frontend), path)
            notebook.open()
            return notebook

        return open_notebook

    return closing_with


@pytest.fixture
def open_notebook(opener: Callable[[ExitStack], OpenNotebook]) -> Iterator[OpenNotebook]:
    """`open_notebook(cells, frontend=…, kernel=…, comms_over_subshells=…, theme=…)`, a page that
    is ready to be used and ends with the test."""
    with ExitStack() as stack:
        yield opener(stack)


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    """A server that says what it is told to, and knows of this test's requests only."""
    running_provider.begin()
    return running_provider


@pytest.fixture(scope="session")
def running_provider() -> Iterator[Provider]:
    with Provider().running() as provider:
        yield provider
