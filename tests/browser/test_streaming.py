"""What is to be seen while an answer comes."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend, Theme
from tests.browser.notebook_page import NotebookPage
from tests.browser.provider import ENDLESS, MODEL, Provider
from tests.speaking import Speech

CODE = ["Some *text*:\n\n", "```python\n", "def double(x):\n", "    return 2 * x\n", "```\n\n"]
# All values a progress bar takes while its answer is being written.
WATCH_PROGRESS = """() => {
  window.progress = [];
  new MutationObserver(() => {
    const live = document.querySelector(".nbstream[data-status=streaming]");
    const bar = live?.querySelector("[role=progressbar]");
    if (!bar) return;
    const value = bar.getAttribute("aria-valuenow");
    if (window.progress.at(-1) !== value) window.progress.push(value);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""
# The lengths a text has, frame by frame, until it had that many.
LENGTHS = """async (log, many) => {
  const lengths = new Set();
  while (lengths.size < many) {
    lengths.add(log.textContent.length);
    await new Promise(requestAnimationFrame);
  }
  return [...lengths];
}"""
# The lightness (0 to 255) of an element's text, and of what is painted behind it.
LIGHTNESS = """(element) => {
  const lightness = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  const painted = (node) => !/, 0\\)$|transparent/.test(getComputedStyle(node).backgroundColor);
  while (behind.parentElement && !painted(behind)) behind = behind.parentElement;
  return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(lightness);
}"""


def start(notebook: NotebookPage) -> Locator:
    """Run the magic in the first cell, up to the first text."""
    notebook.run_all()
    expect(notebook.live(0)).to_have_attribute("data-status", "streaming")
    return notebook.live(0)


@pytest.mark.parametrize("frontend", ["lab", "notebook"])
def test_model_phase_time_and_cancel_stand_there_before_the_first_token(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    provider.speech = Speech(first_after_s=3600)
    notebook = open_notebook([provider.cell()], frontend=frontend)
    notebook.run_all()
    live = notebook.live(0)
    expect(live).to_have_attribute("data-status", "waiting")
    expect(live).to_contain_text(MODEL)
    expect(live).to_contain_text("Waiting for the first token")
    expect(live.get_by_role("log")).to_have_attribute("aria-live", "off")
    expect(live.get_by_role("progressbar")).not_to_have_attribute("aria-valuenow", "0")
    expect(live.get_by_role("button", name="Cancel", exact=True)).to_be_enabled()
    elapsed = live.locator(".nbstream-elapsed").first
    expect(elapsed).not_to_have_text(elapsed.inner_text())
    notebook.click_cancel(0)
    notebook.wait_until_run(0)
    expect(notebook.output(0)).to_contain_text("Cancelled")


def test_text_grows_and_code_is_highlighted_while_it_streams(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=CODE + ENDLESS, tokens_per_s=100)
    notebook = open_notebook([provider.cell()])
    live = start(notebook)
    log = notebook.log(0)
    expect(log).to_contain_text("word3 ")
    expect(log.locator("em")).to_have_text("text")
    keywords = log.locator("code [class*=keyword]")
    expect(keywords).to_have_text(["def", "return"])
    colours = keywords.first.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e.closest('code')).color]"
    )
    assert colours[0] != colours[1]
    for figure in ("tokens", "tok/s", "first token"):
        expect(live).to_contain_text(figure)

    lengths = log.evaluate(LENGTHS, 30)
    assert lengths == sorted(lengths)
    expect(live).to_have_attribute("data-status", "streaming")
    expect(notebook.prompt(0)).to_have_text("[*]:")


def test_progress_by_max_tokens_never_goes_back_nor_fills_before_the_end(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ENDLESS[:60], tokens_per_s=60)
    notebook = open_notebook([provider.cell(flags="--max-tokens 80")])
    notebook.page.evaluate(WATCH_PROGRESS)
    notebook.run_all()
    notebook.wait_until_run(0)
    values = [int(value) for value in notebook.page.evaluate("progress") if value is not None]
    assert len(values) > 2
    assert values == sorted(values)
    assert values[-1] < 100


def test_progress_is_indeterminate_until_the_model_has_answered_before(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ENDLESS[:60], tokens_per_s=60)
    notebook = open_notebook([provider.cell(model=f"openai-chat/new-{uuid4().hex}")])
    notebook.page.evaluate(WATCH_PROGRESS)
    notebook.run_all()
    notebook.wait_until_run(0)
    assert set(notebook.page.evaluate("progress")) == {None}

    notebook.page.evaluate("() => { progress.length = 0; }")
    notebook.result(0)
    values = [int(value) for value in notebook.page.evaluate("progress") if value is not None]
    assert len(values) > 2
    assert values == sorted(values)
    assert values[-1] < 100


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_are_those_of_the_front_ends_theme(
    open_notebook: OpenNotebook, provider: Provider, theme: Theme
) -> None:
    provider.speech = Speech(tokens=CODE + ENDLESS, tokens_per_s=100)
    notebook = open_notebook([provider.cell()], theme=theme)
    live = start(notebook)
    expect(notebook.log(0)).to_contain_text("word3 ")
    parts = (
        live.get_by_role("log").locator("p").first,
        live.locator("pre code").first,
        live.locator("pre [class*=keyword]").first,
        live.get_by_role("button", name="Cancel"),
        live.locator(".nbstream-elapsed").first,
    )
    for part in parts:
        text, behind = part.evaluate(LIGHTNESS)
        assert (text > behind) == (theme == "dark")
        assert abs(text - behind) > 60


def test_a_retry_is_told_and_counted_down(open_notebook: OpenNotebook, provider: Provider) -> None:
    provider.speech = Speech(status=429, times=1, retry_after="2")
    notebook = open_notebook([provider.cell()])
    notebook.run_all()
    expect(notebook.live(0)).to_contain_text("429")
    expect(notebook.live(0)).to_contain_text("trying again in 1 s")
    notebook.wait_until_run(0)
    expect(notebook.output(0)).to_contain_text("The quick brown fox")
    expect(notebook.output(0)).to_contain_text("Complete")
    assert len(provider.requests) == 2
