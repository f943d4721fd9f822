"""A notebook that was saved while an answer came, opened again."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import ENDLESS, Provider
from tests.speaking import Speech

WIDGET = "application/vnd.jupyter.widget-view+json"
SO_FAR = "application/vnd.nbstream.so-far.v1+json"
FRAMES = "application/vnd.nbstream.v1+json"
LOAD = "%load_ext nbstream"
RESTART = "window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart()"


@pytest.mark.parametrize("frontend", ["lab", "notebook"])
def test_an_answer_that_ended_while_no_page_was_there_is_in_the_notebook_once_it_is_opened(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    provider.speech = Speech(tokens=ENDLESS[:100], tokens_per_s=50)
    notebook = open_notebook([provider.cell()], frontend=frontend)
    notebook.run_all()
    expect(notebook.log(0)).to_contain_text("word5 ")
    saved = notebook.save()["cells"][0]["outputs"][0]
    # what had come, for where the kernel that has the answer is gone
    assert set(saved["data"]) == {WIDGET, SO_FAR, "text/plain"}
    assert saved["data"]["text/plain"][0].startswith("word0 word1 ")
    address = notebook.page.url
    notebook.page.goto("about:blank")
    assert not provider.left(provider.requests[0])
    notebook.page.goto(address)
    expect(notebook.output(0).locator(".nbstream-saved")).to_contain_text("word99")
    expect(notebook.live(0)).to_have_attribute("data-status", "complete")
    after = notebook.save()["cells"][0]["outputs"][0]
    assert set(after["data"]) == {FRAMES, "text/markdown", "text/plain"}
    assert notebook.errors == []


def test_what_had_come_stays_where_the_kernel_is_restarted(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    notebook = open_notebook([provider.cell()])
    notebook.run_all()
    expect(notebook.log(0)).to_contain_text("word5 ")
    notebook.page.evaluate(RESTART)
    expect(notebook.output(0).locator(".nbstream-saved")).to_contain_text("word5 ")
    expect(notebook.live(0)).to_have_attribute("data-status", "failed")
    expect(notebook.live(0)).to_contain_text("The kernel is gone")
    notebook.wait_until_idle()
    saved = notebook.save()["cells"][0]["outputs"][0]
    assert set(saved["data"]) == {FRAMES, "text/plain"}
    assert saved["data"]["text/plain"][0].startswith("word0 word1 ")
    _load_again(notebook)


def test_what_had_come_when_it_was_saved_is_there_where_the_kernel_died_with_no_page_open(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    notebook = open_notebook(["import os; print(os.getpid())", provider.cell()])
    kernel = int(notebook.result(0))
    notebook.run(1)
    expect(notebook.log(1)).to_contain_text("word5 ")
    notebook.save()
    address = notebook.page.url
    notebook.page.goto("about:blank")
    os.kill(kernel, signal.SIGKILL)
    assert provider.left(provider.requests[0])
    notebook.page.goto(address)
    expect(notebook.output(1).locator(".nbstream-saved")).to_contain_text("word5 ")
    expect(notebook.live(1)).to_contain_text("The kernel is gone")
    expect(notebook.output(1)).not_to_contain_text("model not found")
    _load_again(notebook)


def test_a_kept_live_output_reads_as_it_did_when_it_is_opened_without_a_kernel(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=["Some **bold** words.\n"])
    notebook = open_notebook([provider.cell("--keep")])
    notebook.run_all()
    notebook.wait_until_run(0)
    expect(notebook.live(0)).to_have_attribute("data-status", "complete")
    saved = notebook.save()["cells"][0]["outputs"][0]
    assert {WIDGET, FRAMES, "text/markdown"} <= set(saved["data"])
    notebook.page.evaluate(RESTART)
    notebook.reload()
    expect(notebook.live(0).locator("strong")).to_have_text("bold")
    expect(notebook.output(0)).not_to_contain_text("model not found")
    _load_again(notebook)


def _load_again(notebook: NotebookPage) -> None:
    """The next test that takes this page finds the magic loaded."""
    notebook.wait_until_idle()
    notebook.fill([LOAD])
    assert notebook.result(0) == ""
