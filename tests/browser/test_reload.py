"""The page loaded anew in mid-stream."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend
from tests.browser.provider import ENDLESS, Provider
from tests.kernels import KERNELS
from tests.speaking import Speech

TOKENS = ENDLESS[:80]


@pytest.mark.parametrize(
    ("frontend", "kernel"),
    [("lab", "nbstream-7"), ("lab", "nbstream-6"), ("notebook", "nbstream-7")],
)
def test_the_view_returns_with_the_whole_text_so_far_and_goes_on_to_the_end(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend, kernel: str
) -> None:
    provider.speech = Speech(tokens=TOKENS, tokens_per_s=50, hold_after=50)
    notebook = open_notebook([provider.cell()], frontend=frontend, kernel=kernel)
    notebook.run_all()
    expect(notebook.log(0)).to_contain_text("word5 ")
    notebook.save()
    notebook.reload(running=True)
    expect(notebook.live(0)).to_have_attribute("data-status", "streaming")
    expect(notebook.log(0)).to_contain_text(re.compile("^word0 word1 word2 "))
    provider.go_on()
    notebook.wait_until_idle()
    expect(notebook.output(0)).to_contain_text("".join(TOKENS).strip())
    expect(notebook.output(0)).to_contain_text("Complete")
    assert notebook.errors == []
    expect(notebook.output(0).locator(".nbstream-saved")).to_have_count(1)
    (saved,) = notebook.save()["cells"][0]["outputs"]
    assert "".join(saved["data"]["text/markdown"]).startswith("word0 word1 word2 ")
    assert "application/vnd.jupyter.widget-view+json" not in saved["data"]


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_view_that_returned_cancels(
    open_notebook: OpenNotebook, provider: Provider, kernel: str
) -> None:
    provider.speech = Speech(tokens=ENDLESS, tokens_per_s=50)
    notebook = open_notebook([provider.cell(), "print('next')"], kernel=kernel)
    notebook.run(0)
    expect(notebook.log(0)).to_contain_text("word5 ")
    notebook.save()
    notebook.reload(running=True)
    notebook.click_cancel(0)
    assert provider.left(provider.requests[0])
    expect(notebook.live(0)).to_have_attribute("data-status", "cancelled")
    assert notebook.result(1).strip() == "next"
