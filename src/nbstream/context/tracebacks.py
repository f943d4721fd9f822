"""The notebook's failed cells, as text: what `Err` stands for."""

from __future__ import annotations

import re
import sysconfig
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from ..errors import UsageError

_MOST = 50
_FIRST, _LAST = 4, 12
_SHELL = ("IPython/core/interactiveshell.py", "IPython/core/compilerop.py")
_GAP = re.compile(r'  File "(\d+ more calls)", line 0, in …')
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


@dataclass(frozen=True, slots=True)
class FailedCell:
    """A cell's number, its source and its traceback."""

    number: int
    source: str
    traceback: str


class FailedCells:
    """`str()` of it is the last traceback, `[3]` that of cell 3. Both raise UsageError where there
    is none."""

    def __init__(self) -> None:
        self._cells: dict[int, FailedCell] = {}
        self.last: FailedCell | None = None

    def add(self, cell: FailedCell) -> None:
        self._cells.pop(cell.number, None)
        self._cells[cell.number] = self.last = cell
        for oldest in list(islice(self._cells, max(0, len(self._cells) - _MOST))):
            del self._cells[oldest]

    @property
    def numbers(self) -> list[int]:
        """Which cells have failed."""
        return sorted(self._cells)

    def __getitem__(self, number: int) -> str:
        cell = self._cells.get(number)
        if cell is None:
            raise UsageError(f"No cell [{number}] has failed since nbstream was loaded.")
        return cell.traceback

    def __str__(self) -> str:
        if self.last is None:
            raise UsageError("No cell has failed since nbstream was loaded.")
        return self.last.traceback


def trimmed(error: BaseException, place: Callable[[str], str] = str) -> str:
    """The error's traceback as text, without the shell's own frames and without the middle of a
    deep one; `place` names a frame's file."""
    told = traceback.TracebackException.from_exception(error, compact=True)
    seen: set[int] = set()
    chain: list[traceback.TracebackException | None] = [told]
    while chain:
        one = chain.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        chain += [one.__cause__, one.__context__, *(one.exceptions or ())]
        _trim(one, place)
    text = _GAP.sub(r"  … \1 …", "".join(told.format()))
    return _ESCAPES.sub("", text).rstrip()


def _in_library(filename: str) -> str:
    """A library's file by its place in the library: where it is installed is nobody's business."""
    parts = PurePath(filename).parts
    for folder in ("site-packages", "dist-packages"):
        if folder in parts:
            return "/".join(parts[parts.index(folder) + 1 :])
    library = sysconfig.get_path("stdlib")
    return (
        filename.removeprefix(library).lstrip("/\\") if filename.startswith(library) else filename
    )


def _trim(told: traceback.TracebackException, place: Callable[[str], str]) -> None:
    frames = [
        frame for frame in told.stack if not frame.filename.replace("\\", "/").endswith(_SHELL)
    ]
    for frame in frames:
        frame.filename = _in_library(place(frame.filename))
    left_out = len(frames) - _FIRST - _LAST
    if left_out > 0:
        gap = traceback.FrameSummary(f"{left_out} more calls", 0, "…", lookup_line=False, line="")
        frames[_FIRST:-_LAST] = [gap]
    told.stack[:] = frames
    if isinstance(named := getattr(told, "filename", None), str):  # where the syntax is wrong
        told.filename = _in_library(place(named))
