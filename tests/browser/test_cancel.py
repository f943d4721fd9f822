"""Cancel while the cell runs: by button, Esc, ■ and I I, in each front end, on each kernel."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from nbstream.notebook.interrupt import CANCELLED
from tests.browser.conftest import OpenNotebook
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import ENDLESS, Provider
from tests.kernels import KERNELS
from tests.speaking import Speech

WAYS = ("button", "escape", "stop", "i-i")
PLACES: dict[str, Any] = {
    "lab": {"frontend": "lab"},
    "lab-comms-disabled": {"frontend": "lab", "comms": "disabled"},
    "notebook": {"frontend": "notebook"},
}


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
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kernel", KERNELS)
def test_cancel_closes_the_connection_and_keeps_the_text(
    open_notebook: OpenNotebook, provider: Provider, kernel: str, place: str, way: str
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=100)
    last = "import nbstream\nprint(nbstream.last.status, len(nbstream.last.text.split()))"
    notebook = open_notebook(
        [provider.cell(), "print('queued')", last], kernel=kernel, **PLACES[place]
    )
    notebook.run(0, 1)
    expect(notebook.log(0)).to_contain_text("word5 ")

    cancel(notebook, 0, way)
    assert provider.left(provider.requests[0])
    notebook.wait_until_run(0)

    output = notebook.output(0)
    expect(output).to_contain_text("word0 word1 word2")
    expect(output).to_contain_text("Cancelled")
    expect(output).not_to_contain_text("Traceback")
    if way in ("button", "escape"):
        notebook.wait_until_run(1)
        expect(notebook.output(1)).to_have_text("queued")
        expect(output).not_to_contain_text(CANCELLED)
    else:
        notebook.wait_until_aborted(1)
        expect(output).to_contain_text(CANCELLED)
    status, words = notebook.result(2).split()
    assert status == "cancelled"
    assert int(words) > 5
    assert notebook.errors == []


def test_the_button_works_on_a_subshell_where_the_main_shell_cannot_be_read(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=100)
    pump = "from nbstream.notebook.pump import ShellPump\n"
    notebook = open_notebook(
        [
            f"{pump}install, ShellPump.install = ShellPump.install, lambda kernel: None",
            provider.cell(),
            f"{pump}ShellPump.install = install",
        ]
    )
    notebook.run_all()
    expect(notebook.log(1)).to_contain_text("word5 ")
    notebook.click_cancel(1)
    assert provider.left(provider.requests[0])
    notebook.wait_until_run(2)
    expect(notebook.output(1)).to_contain_text("Cancelled")
