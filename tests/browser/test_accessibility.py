"""The answer for people who see it otherwise, or have no pointer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Theme
from tests.browser.provider import ENDLESS, Provider
from tests.speaking import Speech

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in js)")

ANSWER = [
    "# Halves\n\nSome **bold** words, `code`, ~~none~~ and a [link](https://example.org).[^1]\n\n",
    "> A quote with [another](https://example.org/2).\n\n",
    "| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [x] done\n- [ ] not\n\n1. one\n2. two\n\n",
    "![picture](https://example.org/a.png) <b>as it is</b> $x^2$\n\n",
    "```python\ndef half(x: float) -> float:\n",
    "    return x / 2  # a comment\n```\n\n",
    "[^1]: A note.\n\nThat is it.\n\n",
]
VIOLATIONS = """async () => {
  const { violations } = await axe.run(".nbstream");
  return violations.map(({ id, nodes }) => [
    id, nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)}: ${failureSummary}`),
  ]);
}"""
# What can be clicked or scrolled, each with a number by which it is known again.
NUMBERED = """() => {
  const root = document.querySelector(".nbstream");
  const all = root.querySelectorAll("a[href], button, summary, input:enabled, [tabindex='0']");
  const shown = [...all].filter((each) => each.checkVisibility({ visibilityProperty: true }));
  shown.forEach((each, number) => (each.dataset.number = number));
  root.focus();
  return shown.map((each) => each.outerHTML.slice(0, 120));
}"""
FOCUSED = "() => document.activeElement.dataset.number ?? null"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_violation_while_the_answer_comes_and_when_it_is_there(
    open_notebook: OpenNotebook, provider: Provider, theme: Theme
) -> None:
    provider.speech = Speech(tokens=ANSWER + ENDLESS, tokens_per_s=40)
    notebook = open_notebook([provider.cell()], theme=theme)
    notebook.page.evaluate(AXE.read_text(encoding="utf-8"))
    notebook.run(0)
    expect(notebook.log(0)).to_contain_text("word5 ")
    assert _violations(notebook.page) == []
    notebook.click_cancel(0)
    notebook.wait_until_run(0)
    expect(notebook.live(0)).to_have_attribute("data-status", "cancelled")
    assert _violations(notebook.page) == []
    provider.speech = Speech(tokens=ANSWER)
    notebook.run(0)
    notebook.wait_until_run(0)
    expect(notebook.live(0)).to_have_attribute("data-status", "complete")
    expect(notebook.log(0)).to_contain_text("That is it.")
    assert _violations(notebook.page) == []


def test_no_violation_in_an_answer_that_failed(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ANSWER, drop_after=5)
    notebook = open_notebook([provider.cell("--on-drop stop --retries 0")])
    notebook.page.evaluate(AXE.read_text(encoding="utf-8"))
    notebook.run(0)
    expect(notebook.live(0)).to_have_attribute("data-status", "failed")
    assert _violations(notebook.page) == []


def test_the_keyboard_alone_reaches_everything_that_can_be_used(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=ANSWER)
    notebook = open_notebook([provider.cell()])
    notebook.run(0)
    notebook.wait_until_run(0)
    page = notebook.page
    things: list[str] = page.evaluate(NUMBERED)
    assert len(things) >= 8, things
    reached: set[str | None] = set()
    for _ in range(len(things) + 2):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
    missed = [thing for number, thing in enumerate(things) if str(number) not in reached]
    assert missed == []


def _violations(page: Page) -> Any:
    return page.evaluate(VIOLATIONS)
