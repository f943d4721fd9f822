"""The fenced code blocks of a Markdown text, found by markdown-it as CommonMark defines them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


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
        CodeBlock(token.content, token.info.strip().split(maxsplit=1)[0] if token.info else "")
        for token in _parser().parse(text)
        if token.type == "fence"
    )


def closing_fence(text: str) -> str:
    """The line that closes the fenced block the text ends in, or '' where none is open."""
    fences = [token for token in _parser().parse(text) if token.type == "fence"]
    if not fences or fences[-1].map is None:
        return ""
    return _closing_line(text, fences[-1])


def _closing_line(text: str, fence: Token) -> str:
    assert fence.map is not None
    lines = text.splitlines()
    first, behind = fence.map
    last = lines[behind - 1].strip() if behind - 1 > first and behind <= len(lines) else ""
    mark = fence.markup
    closed = len(last) >= len(mark) and set(last) == {mark[0]}
    if closed or behind < len(lines):
        return ""
    opening = lines[first]
    return opening[: opening.index(mark)] + mark


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")
