"""Formulas are drawn by code that comes to the page when there is one, live and saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import Frontend
from tests.browser.provider import ENDLESS, Provider
from tests.speaking import Speech

FORMULAS = [
    "It costs $5 and $6, ",
    "with $x^",
    "2$ and\n\n$$\n\\int_0^1 x\\,dx",
    " = \\frac{1}{2}\n$$\n\n",
    "and \\(\\sqrt{2}\\). ",
]


@pytest.mark.parametrize("frontend", ["lab", "notebook"])
def test_formulas_are_drawn_while_the_cell_runs_and_stay(
    open_notebook: OpenNotebook, provider: Provider, frontend: Frontend
) -> None:
    provider.speech = Speech(tokens=FORMULAS + ENDLESS, tokens_per_s=50)
    notebook = open_notebook([provider.cell()], frontend=frontend)
    notebook.run(0)
    formulas = notebook.log(0).locator("math")
    expect(formulas).to_have_count(3)
    expect(notebook.log(0)).to_contain_text("It costs $5 and $6, with")
    expect(formulas.locator("mfrac")).to_have_count(1)
    notebook.click_cancel(0)
    notebook.wait_until_run(0)
    expect(formulas).to_have_count(3)
    notebook.save()
    notebook.reload()
    expect(formulas).to_have_count(3)
    assert notebook.errors == []
