"""`In` and `Out` as a prompt names them: the cells before the one that is running."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

from ..errors import UsageError


class Cells(Sequence[str]):
    """The cells' sources by their numbers; `[-1]` is the last one. `str()` is the cells one below
    the other. `[3]` raises UsageError where there is no such cell."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = sources

    def __len__(self) -> int:
        return len(self._sources)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Cells: ...
    def __getitem__(self, index: int | slice) -> str | Cells:
        if isinstance(index, slice):
            return Cells(self._sources[index])
        number = index if index >= 0 else index + len(self)
        if not 0 < number < len(self):
            raise UsageError(f"There is no cell In[{index}]; {self.last}.")
        return self._sources[number]

    def before(self, prompt: str) -> Cells:
        """Those before the cell that is running, if it is the last one and ends with the prompt:
        it asks and is not asked about. (A cell may also run without being kept.)"""
        if self._sources and self._sources[-1].rstrip().endswith(prompt.rstrip()):
            return Cells(self._sources[:-1])
        return self

    @property
    def last(self) -> str:
        """Which is the last, as the end of a sentence."""
        last = len(self) - 1
        return f"the last before this one is In[{last}]" if last > 0 else "this is the first"

    def __str__(self) -> str:
        return "\n\n".join(source for source in self._sources if source.strip())

    def __repr__(self) -> str:
        return repr(list(self._sources))


class Values(dict[Any, Any]):
    """The cells' values by their numbers. `[3]` raises UsageError where there is none."""

    def __missing__(self, number: Any) -> Any:
        raise UsageError(
            f"There is no Out[{number!r}]: that cell has not run, or its last line has no value."
        )
