"""The other widgets of the page, and the cells that wait their turn."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Comms, Frontend
from tests.browser.provider import ENDLESS, Provider
from tests.kernels import KERNELS
from tests.speaking import Speech

WIDGETS = """
import ipywidgets
clicks = []
def clicked(button):
    clicks.append(button.description)
    said.value = " ".join(clicks)
    with printed:
        print("printed", len(clicks))
buttons = [ipywidgets.Button(description=name) for name in ("First", "Second")]
for button in buttons:
    button.on_click(clicked)
said, printed = ipywidgets.Label("nothing yet"), ipywidgets.Output()
ipywidgets.VBox([*buttons, said, printed])
"""


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(
    ("frontend", "comms"), [("lab", "default"), ("lab", "disabled"), ("notebook", "default")]
)
def test_clicks_are_handled_in_order_meanwhile_and_queued_cells_run_after_in_order(
    open_notebook: OpenNotebook, provider: Provider, kernel: str, frontend: Frontend, comms: Comms
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=100)
    queued = [f"clicks.append('cell {n}'); print(*clicks)" for n in range(3)]
    notebook = open_notebook(
        [WIDGETS, provider.cell(), *queued],
        kernel=kernel,
        frontend=frontend,
        comms=comms,
    )
    notebook.run(0, 1, 2, 3, 4)
    expect(notebook.log(1)).to_contain_text("word5 ")
    widgets = notebook.output(0)
    for name in ("First", "Second", "First", "First", "Second"):
        widgets.get_by_role("button", name=name).click()
    clicks = "First Second First First Second"
    expect(widgets).to_contain_text(clicks)
    expect(widgets).to_contain_text("printed 5")
    expect(notebook.live(1)).to_have_attribute("data-status", "streaming")

    notebook.click_cancel(1)
    notebook.wait_until_run(4)
    expect(notebook.output(4)).to_have_text(f"{clicks} cell 0 cell 1 cell 2")
    expect(notebook.output(1)).not_to_contain_text("printed")
    assert notebook.errors == []
