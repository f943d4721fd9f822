"""How a cell shows its answer."""

from __future__ import annotations

from dataclasses import dataclass

from ..formats import Format
from .reader import Reader


@dataclass(frozen=True, slots=True)
class Look:
    """`keep` leaves the live widget in place; `reader` is what the reader sets for the live
    output."""

    format: Format = "markdown"
    keep: bool = False
    reader: Reader = Reader()  # noqa: RUF009 - frozen
