"""A text in parts, for a parser of Markdown that would take twenty times the whole's memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markdown_it.token import Token

_PART = 50_000
"""Characters parsed at a time."""


def whole_lines(parts: Iterable[str]) -> Iterator[str]:
    """The same text in parts that each end with a line's end, but for the last; its line ends
    become line feeds."""
    held: list[str] = []
    for part in parts:
        end = part.rfind("\n") + 1
        if end:
            yield _line_feeds("".join((*held, part[:end])))
            held = [part[end:]]
        else:
            held.append(part)
    if rest := "".join(held):
        yield _line_feeds(rest)


class TextWindow:
    """What is parsed of a text at a time, whole lines of it.

    What follows a top-level block that has ended changes nothing in it: the window goes on with the
    last block that was in it.
    """

    def __init__(self, parts: Iterable[str]) -> None:
        self._parts = iter(parts)
        self._has_more = True
        self._text = ""
        self._size = _PART
        self.source = ""
        self.is_last = False

    def read(self) -> bool:
        """Make `source` what is to be parsed now; False where there is no more."""
        end = self._text.find("\n", self._size) + 1
        while self._has_more and end in (0, len(self._text)):
            part = next(self._parts, None)
            if part is None:
                self._has_more = False
            else:
                self._text += part
                end = self._text.find("\n", self._size) + 1
        end = end or len(self._text)
        self.is_last = end == len(self._text)
        self.source = self._text[:end]
        return bool(self._text)

    def move(self, tokens: Iterable[Token]) -> int:
        """How many of the lines the blocks that have ended take: the next `read` goes on behind
        them. 0 where none has: it will be of more."""
        if self.is_last:
            self._text = ""
            return self.source.count("\n") + 1
        last = max((token.map[0] for token in tokens if token.level == 0 and token.map), default=0)
        if last == 0:
            self._size *= 2
            return 0
        at = 0
        for _ in range(last):
            at = self._text.index("\n", at) + 1
        self._text, self._size = self._text[at:], _PART
        return last


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
