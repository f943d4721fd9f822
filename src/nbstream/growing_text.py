"""Text that grows by small pieces, in memory of about its own size."""

from __future__ import annotations

from io import StringIO


class GrowingText:
    """Two million five-letter pieces would take twelve times the text's own size if each were
    kept. A StringIO that is only written to is one buffer, which the system gets back at once."""

    __slots__ = ("_new", "_whole")

    def __init__(self) -> None:
        self._whole = ""
        self._new = StringIO()

    def append(self, piece: str) -> None:
        self._new.write(piece)

    def clear(self) -> None:
        self._whole = ""
        self._new = StringIO()

    def __len__(self) -> int:
        return len(self._whole) + self._new.tell()

    def __str__(self) -> str:
        """The same string, not a copy, until more is appended."""
        if self._new.tell():
            self._whole += self._new.getvalue()
            self._new = StringIO()
        return self._whole
