"""What `Err` stands for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest

from nbstream.context.tracebacks import FailedCell, FailedCells, trimmed
from nbstream.errors import UsageError


def test_the_last_and_each_cells_traceback_are_there() -> None:
    cells = FailedCells()
    for number in range(1, 61):
        cells.add(FailedCell(number, "1/0", f"boom {number}"))
    assert (str(cells), cells[59]) == ("boom 60", "boom 59")
    with pytest.raises(UsageError, match=r"No cell \[3\] has failed"):
        _ = cells[3]


def test_without_a_failure_one_sentence_says_so() -> None:
    with pytest.raises(UsageError, match="No cell has failed"):
        str(FailedCells())


def test_a_deep_traceback_loses_its_middle_and_its_colours() -> None:
    def odd(n: int) -> None:
        even(n - 1)

    def even(n: int) -> None:
        if n <= 0:
            raise ValueError("\x1b[31mred\x1b[0m")
        odd(n - 1)

    try:
        odd(50)
    except ValueError as error:
        text = trimmed(error, lambda _: "Cell In[1]")
    assert text.endswith("ValueError: red")
    assert "more calls" in text
    assert text.count('File "Cell In[1]"') == 16


def test_the_cause_is_told_too() -> None:
    try:
        try:
            raise KeyError("first")
        except KeyError as first:
            raise RuntimeError("second") from first
    except RuntimeError as error:
        text = trimmed(error)
    assert "KeyError: 'first'" in text
    assert text.endswith("RuntimeError: second")


def test_a_librarys_file_is_named_by_its_place_in_the_library() -> None:
    def told(work: Callable[[], object]) -> str:
        try:
            work()
        except ValueError as error:
            return trimmed(error)
        raise AssertionError

    assert 'File "json/decoder.py"' in told(lambda: json.loads("{"))
    assert 'File "pandas/' in told(lambda: pd.DataFrame([1, 2]).set_axis([1], axis=0))
