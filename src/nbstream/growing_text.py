"""Text that grows by small pieces, in memory of about its own size."""

from __future__ import annotations


class GrowingText:
    """Pieces are joined 512 at a time: two million five-letter pieces would take twelve times the
    text's own size if each were kept."""

    __slots__ = ("_blocks", "_length", "_pieces")

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._pieces: list[str] = []
        self._length = 0

    def append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if len(self._pieces) >= 512:
            self._blocks.append("".join(self._pieces))
            self._pieces.clear()

    def clear(self) -> None:
        self._blocks.clear()
        self._pieces.clear()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __str__(self) -> str:
        if self._pieces or len(self._blocks) > 1:
            self._blocks = ["".join((*self._blocks, *self._pieces))]
            self._pieces.clear()
        return self._blocks[0] if self._blocks else ""
