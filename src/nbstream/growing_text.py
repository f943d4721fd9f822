"""Text that grows by small pieces, in memory of about its own size."""

from __future__ import annotations

_TOGETHER = 512


class GrowingText:
    """Two million five-letter pieces would take twelve times the text's own size if each were
    kept: 512 pieces are joined to a run, 512 runs to a block. Blocks are large enough for the
    system to get them back at once when they are joined in their turn."""

    __slots__ = ("_blocks", "_length", "_pieces", "_runs")

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._runs: list[str] = []
        self._pieces: list[str] = []
        self._length = 0

    def append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if len(self._pieces) >= _TOGETHER:
            self._runs.append("".join(self._pieces))
            self._pieces.clear()
            if len(self._runs) >= _TOGETHER:
                self._blocks.append("".join(self._runs))
                self._runs.clear()

    def clear(self) -> None:
        self._blocks.clear()
        self._runs.clear()
        self._pieces.clear()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __str__(self) -> str:
        """The same string, not a copy, until more is appended."""
        if self._runs or self._pieces or len(self._blocks) > 1:
            self._blocks = ["".join((*self._blocks, *self._runs, *self._pieces))]
            self._runs.clear()
            self._pieces.clear()
        return self._blocks[0] if self._blocks else ""
