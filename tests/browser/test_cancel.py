"""Cancel while the cell runs: by button, Esc, ■ and I I, in each front end, on each kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from nbstream.notebook.interrupt import CANCELLED
from tests.browser.conftest import OpenNotebook
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import ENDLESS, Provider
from tests.kernels import KERNELS
from tests.speaking import Speech

WAYS = ("button", "escape", "stop", "i-i")
PLACES = {
    "lab": {"frontend": "lab"},
    "lab-comms-disabled": {"frontend": "lab", "comms_over_subshells": "disabled"},
    "notebook": {"frontend": "notebook"},
}


@pytest.fixture(scope="module", params=KERNELS)
def kernel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=PLACES)
def notebook(
    request: pytest.FixtureRequest,
    kernel: str,
    opener: Callable[[ExitStack], OpenNotebook],
    running_provider: Provider,
) -> Iterator[NotebookPage]:
    """For each way a generation and a cell that is queued behind it."""
    cells = ["%load_ext nbstream\nimport nbstream"]
    for way in WAYS:
        cells += [running_provider.cell(flags=f"-o by_{way.replace('-', '_')}"), f"print('{way}')"]
    cells.append("print(nbstream.last.status, len(nbstream.last.text.split()))")
    with ExitStack() as stack:
        page = opener(stack)(cells, kernel=kernel, **PLACES[request.param])
        page.result(0)
        yield page


def cancel(notebook: NotebookPage, cell: int, way: str) -> None:
    match way:
        case "button":
            notebook.click_cancel(cell)
        case "escape":
            notebook.press_escape(cell)
        case "stop":
            notebook.click_stop()
        case "i-i":
            notebook.press_i_i(cell)


@pytest.mark.parametrize("way", WAYS)
def test_cancel_closes_the_connection_and_keeps_the_text(
    notebook: NotebookPage, provider: Provider, way: str
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=100)
    cell = 1 + 2 * WAYS.index(way)
    queued = cell + 1
    notebook.run(cell, queued)
    expect(notebook.log(cell)).to_contain_text("word5 ")

    cancel(notebook, cell, way)
    assert provider.left(provider.requests[0])
    notebook.wait_until_run(cell)

    output = notebook.output(cell)
    expect(output).to_contain_text("word0 word1 word2")
    expect(output).to_contain_text("Cancelled")
    expect(output).not_to_contain_text("Traceback")
    if way in ("button", "escape"):
        notebook.wait_until_run(queued)
        expect(notebook.output(queued)).to_have_text(way)
        expect(output).not_to_contain_text(CANCELLED)
    else:
        notebook.wait_until_aborted(queued)
        expect(output).to_contain_text(CANCELLED)
    status, words = notebook.result(1 + 2 * len(WAYS)).split()
    assert status == "cancelled"
    assert int(words) > 5
    assert notebook.errors == []
