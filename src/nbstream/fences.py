"""The fenced code blocks of a Markdown text, found by markdown-it as CommonMark defines them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_PART = 100_000
"""Characters parsed at a time."""


class CodeBlock(str):
    """The code between two fences, with a final newline; `language` is the fence's first word."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, code: str, language: str = "") -> CodeBlock:
        self = super().__new__(cls, code)
        self.language = language
        return self


class CodeBlocks(tuple[CodeBlock, ...]):
    """Code blocks in order. `str()` joins them, with an empty line between, ready to `exec`."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(self)


def code_blocks(text: str) -> CodeBlocks:
    """Every fenced block of the text, also inside lists and quotes."""
    return CodeBlocks(
        CodeBlock(fence.content, fence.info.strip().split(maxsplit=1)[0] if fence.info else "")
        for fence, _ in _fences(text)
    )


def closing_fence(text: str) -> str:
    """The line that closes the fenced block the text ends in, or '' where none is open."""
    last = deque(_fences(text), maxlen=1)
    return _closing_line(*last[0]) if last else ""


def _closing_line(fence: Token, part: str) -> str:
    assert fence.map is not None
    lines = part.removesuffix("\n").split("\n")
    first, behind = fence.map
    last = lines[behind - 1].strip() if behind - 1 > first and behind <= len(lines) else ""
    mark = fence.markup
    closed = len(last) >= len(mark) and set(last) == {mark[0]}
    if closed or behind < len(lines):
        return ""
    opening = lines[first]
    # A quote's mark is repeated on every line, a list's would begin a new item.
    return re.sub(r"[^>\s]", " ", opening[: opening.index(mark)]) + mark


def _fences(text: str) -> Iterator[tuple[Token, str]]:
    """Each fence, and the part of the text that its map counts lines in.

    Parsed in parts, since the parser's tokens take twenty times the text's own memory. What
    follows a top-level block that has ended changes nothing in it, so every part begins with the
    last block of the one before.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parser = _parser()
    begin, size = 0, _PART
    while begin < len(text):
        end = text.find("\n", begin + size) + 1 or len(text)
        part = text[begin:end]
        tokens = parser.parse(part)
        last = part.count("\n") + 1
        if end < len(text):
            last = max(
                (token.map[0] for token in tokens if token.level == 0 and token.map), default=0
            )
            if last == 0:
                size *= 2
                continue
        for token in tokens:
            if token.type == "fence" and token.map and token.map[0] < last:
                yield token, part
        if end == len(text):
            return
        size = _PART
        for _ in range(last):
            begin = text.index("\n", begin) + 1


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Fences are found by lines alone, without what is inside of paragraphs.
    return MarkdownIt("commonmark").disable(["inline", "text_join"])
