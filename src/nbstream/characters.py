"""Text that can be written as UTF-8, whatever a provider's pieces of it were.

A server that cuts its text by UTF-16 units sends characters beyond the basic plane as two halves,
each in JSON of its own. Alone such a half cannot be encoded: no file, socket or page takes it.
"""

from __future__ import annotations

import re

_HALF = re.compile("[\ud800-\udfff]")


def well_formed(text: str) -> str:
    """The text with pairs of halves joined and single ones as U+FFFD; itself where it has none."""
    if text.isascii() or not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class Characters:
    """The same for text that comes in pieces: a first half waits for the next piece."""

    __slots__ = ("_half",)

    def __init__(self) -> None:
        self._half = ""

    def take(self, piece: str) -> str:
        """What can be said now; `piece` itself where it is whole."""
        if not self._half and (piece.isascii() or not _HALF.search(piece)):
            return piece
        text, self._half = self._half + piece, ""
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return well_formed(text)

    def rest(self) -> str:
        """U+FFFD where a half still waits, as no more is coming."""
        half, self._half = self._half, ""
        return well_formed(half)
