"""Text that grows by small pieces, in memory of about its own size."""

from __future__ import annotations

from collections.abc import Iterator

_TOGETHER = 512
_BLOCK = 50_000
_LONG = 1_000_000
_HALVES = "surrogatepass"
"""A half of a character that stands alone cannot be encoded otherwise."""


def cut(text: str) -> Iterator[str]:
    """The text in parts of a moderate size."""
    return (text[at : at + _BLOCK] for at in range(0, len(text), _BLOCK))


class GrowingText:
    """Two million five-letter pieces would take twelve times the text's own size if each were
    kept: 512 pieces are joined to a run, runs of 50,000 characters to a block.

    Python stores a text with an emoji in it in four bytes a character, all of it: a block that is
    not ASCII is kept as UTF-8.
    """

    __slots__ = ("_blocks", "_in_blocks", "_in_runs", "_length", "_pieces", "_runs")

    def __init__(self, text: str = "") -> None:
        self._blocks: list[str | bytes] = []
        self._runs: list[str] = []
        self._pieces: list[str] = []
        self._length = self._in_runs = self._in_blocks = 0
        if text:
            self.append(text)

    def append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if len(self._pieces) >= _TOGETHER or self._length - self._in_runs >= _BLOCK:
            self._join()

    def _join(self) -> None:
        self._runs.append("".join(self._pieces))
        self._pieces.clear()
        self._in_runs = self._length
        if self._length - self._in_blocks >= _BLOCK:
            block = "".join(self._runs)
            self._blocks += [block] if block.isascii() else map(_written, cut(block))
            self._runs.clear()
            self._in_blocks = self._length

    def clear(self) -> None:
        self._blocks.clear()
        self._runs.clear()
        self._pieces.clear()
        self._length = self._in_runs = self._in_blocks = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        """The text in parts of a moderate size."""
        for block in (*self._blocks, *self._runs, *self._pieces):
            yield from cut(_read(block))

    def __str__(self) -> str:
        """The same string, not a copy, until more is appended, unless it is long and takes more
        memory than its UTF-8."""
        if not self._runs and not self._pieces and len(self._blocks) < 2:
            return _read(self._blocks[0]) if self._blocks else ""
        # Not from parts read one by one: together they take as much as the whole once more.
        text = _read(b"".join(map(_written, self)))
        if text.isascii() or len(text) < _LONG:
            self._blocks = [text]
            self._runs.clear()
            self._pieces.clear()
            self._in_runs = self._in_blocks = self._length
        return text

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing but white space in it."""
        return all(part.isspace() or not part for part in self)

    @property
    def is_ascii(self) -> bool:
        return all(isinstance(block, str) and block.isascii() for block in self._blocks) and all(
            part.isascii() for part in (*self._runs, *self._pieces)
        )

    @property
    def utf8_bytes(self) -> int:
        """How long it is as UTF-8."""
        parts = (*self._blocks, *self._runs, *self._pieces)
        return sum(
            len(part) if isinstance(part, bytes) or part.isascii() else len(_written(part))
            for part in parts
        )


def _written(text: str) -> bytes:
    return text.encode("utf-8", _HALVES)


def _read(block: str | bytes) -> str:
    return block if isinstance(block, str) else block.decode("utf-8", _HALVES)
