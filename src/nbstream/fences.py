"""The fenced code blocks of a Markdown text, found by markdown-it as CommonMark defines them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .growing_text import cut

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LINE = "\ue000nbstream\ue000"
"""A line no answer has."""


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
        CodeBlock(fence.content, "".join(fence.info.split()[:1])) for fence, _ in _fences(text)
    )


def closing_fence(text: str | Iterable[str]) -> str:
    """The line that closes the fenced block the text ends in, or '' where none is open."""
    last = deque(_fences(text), maxlen=1)
    return closing_line(*last[0]) if last else ""


def closing_line(fence: Token, part: str) -> str:
    """The same for one fence of the part of a text that `blocks` gives with it."""
    assert fence.map is not None
    part = part.rstrip("\n")
    opening = part.split("\n")[fence.map[0]]
    # A quote's mark is repeated on every line, a list's would begin a new item.
    inside = re.sub(r"[^>\s]", " ", opening[: opening.index(fence.markup)])
    # Whether the block is open is for the parser to say: would it take one line more?
    tokens = _parser().parse(f"{part}\n{inside}{_LINE}")
    open_still = any(token.type == "fence" and _LINE in token.content for token in tokens)
    return inside + fence.markup if open_still else ""


def _fences(text: str | Iterable[str]) -> Iterator[tuple[Token, str]]:
    return ((token, part) for token, part in blocks(text) if token.type == "fence")


def blocks(text: str | Iterable[str]) -> Iterator[tuple[Token, str]]:
    """Every token that has lines, and the part of the text that its map counts them in."""
    from .text_window import TextWindow, whole_lines

    parser = _parser()
    window = TextWindow(whole_lines(cut(text) if isinstance(text, str) else text))
    while window.read():
        part = window.source
        tokens = parser.parse(part)
        last = window.move(tokens)
        for token in tokens:
            if token.map and token.map[0] < last:
                yield token, part


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Fences are found by lines alone, without what is inside of paragraphs.
    return MarkdownIt("commonmark").disable(["inline", "text_join"])
