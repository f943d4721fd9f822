"""A measured figure beside what it is measured against, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row. `baseline` is the same measure of another way, taken in the same run.

    `bound` is the most the figure may be; with `of_baseline` it bounds figure / baseline instead.
    A row without a bound is there to be read.
    """

    part: str
    what: str
    value: float
    unit: str
    baseline: float | None = None
    against: str = ""
    bound: float | None = None
    of_baseline: bool = False

    @property
    def ratio(self) -> float | None:
        """Figure / baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def holds(self) -> bool | None:
        """Whether the bound holds; None without one, False where its baseline is missing."""
        if self.bound is None:
            return None
        bounded = self.ratio if self.of_baseline else self.value
        return bounded is not None and bounded <= self.bound


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence below the table: what was found that is no number, or could not be measured."""

    part: str
    text: str


Row = Figure | Note


def markdown(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table with aligned columns, then the notes."""
    rows = list(rows)
    head = ["", "figure", "measured", "baseline", "ratio", "bound", ""]
    cells = [_cells(row) for row in rows if isinstance(row, Figure)]
    widths = [max(len(line[i]) for line in [head, *cells]) for i in range(len(head))]
    lines = [_line(head, widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(line, widths) for line in cells]
    notes = [f"- {row.part}: {row.text}" for row in rows if isinstance(row, Note)]
    return "\n".join([*lines, *(["", *notes] if notes else []), ""])


def _line(cells: list[str], widths: list[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def _cells(row: Figure) -> list[str]:
    baseline = ""
    if row.baseline is not None:
        baseline = f"{_number(row.baseline)} {row.unit} {row.against}".replace("  ", " ")
    bound = ""
    if row.bound is not None:
        bound = f"≤ {row.bound:g} ×" if row.of_baseline else f"≤ {row.bound:g} {row.unit}"
    return [
        row.part,
        row.what,
        f"{_number(row.value)} {row.unit}".rstrip(),
        baseline.strip(),
        f"{row.ratio:.2g}" if row.ratio is not None else "",
        bound.rstrip(),
        {None: "", True: "pass", False: "FAIL"}[row.holds],
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
