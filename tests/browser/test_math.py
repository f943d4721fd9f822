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


MEASURED = [
    "$$\n\\frac{aaaa}{bbbb} + x^2\n$$\n\n",
    "$$\n\\begin{pmatrix} a & b \\\\ \\frac{c}{2} & d^2 \\\\ e & f \\end{pmatrix}\n$$\n",
]
# What Tailwind, and with it marimo, sets for every element of a page.
PREFLIGHT = "*, ::before { box-sizing: border-box; margin: 0; padding: 0 }"
MEASURES = """(log, css) => {
  const style = document.createElement("style");
  style.textContent = css;
  document.head.append(style);
  const box = (element) => element.getBoundingClientRect();
  const [above, below] = [...log.querySelector("mfrac").children].map(box);
  const [base, script] = [...log.querySelector("msup").children].map(box);
  const rows = [...log.querySelectorAll("mtr")].map((row) => {
    const boxes = [...row.querySelectorAll("mi, mn")].map(box);
    return [Math.min(...boxes.map((b) => b.top)), Math.max(...boxes.map((b) => b.bottom))];
  });
  const measures = {
    em: parseFloat(getComputedStyle(log.querySelector("math")).fontSize),
    gap: below.top - above.bottom,
    raised: base.bottom - script.bottom,
    script: script.height / base.height,
    rows: rows.slice(1).map(([top], i) => top - rows[i][1]),
  };
  style.remove();
  return measures;
}"""


def test_scripts_bars_and_rows_have_their_places(
    open_notebook: OpenNotebook, provider: Provider
) -> None:
    provider.speech = Speech(tokens=MEASURED)
    notebook = open_notebook([provider.cell()])
    notebook.run(0)
    expect(notebook.log(0).locator("mtr")).to_have_count(3)
    for css in ("", PREFLIGHT):
        measured = notebook.log(0).evaluate(MEASURES, css)
        em = measured["em"]
        assert measured["gap"] > 0.05 * em
        assert 0.1 * em < measured["raised"] < 0.65 * em
        assert len(measured["rows"]) == 2
        assert min(measured["rows"]) > 0.1 * em
