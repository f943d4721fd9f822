"""The table of the benchmarks says which bounds hold."""

from __future__ import annotations

import pytest

from benchmarks.answer import FIRST, LAST, answer, tokens
from benchmarks.figures import Figure, Note, markdown


@pytest.mark.parametrize(
    ("figure", "holds"),
    [
        (Figure("p", "w", 300.0, "ms"), None),
        (Figure("p", "w", 300.0, "ms", bound=300), True),
        (Figure("p", "w", 301.0, "ms", bound=300), False),
        (Figure("p", "w", 3.0, "ms", 2.0, bound=1.5, of_baseline=True), True),
        (Figure("p", "w", 3.1, "ms", 2.0, bound=1.5, of_baseline=True), False),
        (Figure("p", "w", 0.0, "ms", None, bound=1.5, of_baseline=True), False),
    ],
)
def test_a_bound_holds_up_to_its_own_value(figure: Figure, holds: bool | None) -> None:
    assert figure.holds is holds
    last = markdown([figure]).splitlines()[-1].split("|")[-2].strip()
    assert last == {None: "", True: "pass", False: "FAIL"}[holds]


def test_the_table_has_each_figure_beside_its_baseline_and_notes_below() -> None:
    figure = Figure("wire", "sent", 182.4, "KB", 14_290.0, "for x", bound=200)
    table = markdown([Note("wire", "a note."), figure])
    row, _, note = table.splitlines()[2:]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["wire", "sent", "182 KB", "14,290 KB for x", "0.013", "≤ 200 KB", "pass"]
    assert note == "- wire: a note."


def test_the_answer_is_as_long_as_asked_and_has_its_marks_once() -> None:
    text = answer(12_500)
    assert (len(text.encode()), text.count(FIRST), text.count(LAST)) == (12_500, 1, 1)
    pieces = tokens(text, 2_000)
    assert (len(pieces), "".join(pieces)) == (2_000, text)
    assert all(pieces)
