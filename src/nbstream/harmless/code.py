"""Code blocks, and HTML blocks shown as code, that are code to every parser.

At the top level a fence of backticks between empty lines is one. Elsewhere parsers differ in what
belongs to a list's item or a quote: what would be live as text stands there as `<pre>` in one line
of entities, unless its fence is a plain one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from . import escapes
from .inline import HARMFUL

# nbconvert runs what mermaid makes of a text as it is, and GitHub draws the others as maps.
_DRAWN = re.compile(r"mermaid|geojson|topojson|stl", re.IGNORECASE)
_INFO = re.compile(r"[\w+#./ =,:()-]*", re.ASCII)
_FENCE_LIKE = re.compile(r"`{3}|~{3}")
# A fence with a word after it closes no other fence, one that only another parser sees.
_TEXT = "text"
_RUN = re.compile(r"`{3,}")


class SafeCode:
    """Writes the code blocks of one text. `math` is whether the text has any."""

    def __init__(self, math: bool, *, strict: bool = False) -> None:
        self.strict = strict
        self.is_kept = False
        """Whether a block was written as code that would be live as text."""
        self._math = math

    def write(self, block: Token, lines: Sequence[str]) -> list[str] | None:
        """The lines of a block, or None where they are to stay as they are."""
        code = block.content
        harmful = (
            HARMFUL.search(code) is not None
            or _FENCE_LIKE.search(code) is not None
            or escapes.is_address_with_math(code)
        )
        if block.type == "html_block":
            return self._html(block, lines)
        self.is_kept |= harmful
        if block.type == "code_block":
            if not harmful and not (self.strict and block.level and escapes.MATH_MARK.search(code)):
                return None
            if block.level == 0:
                return _fenced(code, _TEXT)
            return _pre(_before(block, lines[0]), code)
        info = "" if _DRAWN.match(block.info.strip()) else block.info.strip()
        info = info if _INFO.fullmatch(info) else "".join(re.findall(r"^[\w+#.-]+", info, re.ASCII))
        if harmful:
            info = info or _TEXT
        if block.level == 0:
            return _fenced(code, info)
        if harmful and (self._math or not _is_simple(block, lines)):
            return _pre(_before(block, lines[0]), code)
        if self.strict and escapes.MATH_MARK.search(code):
            return _pre(_before(block, lines[0]), code)
        if info == block.info.strip():
            return None
        at = lines[0].index(block.markup)
        return [lines[0][:at] + block.markup + info, *lines[1:]]

    def _html(self, block: Token, lines: Sequence[str]) -> list[str]:
        if block.level:
            return _pre(_before(block, lines[0]), block.content.strip("\n"))
        self.is_kept = True
        return _fenced(block.content.strip("\n"), "html")


def _fenced(code: str, info: str) -> list[str]:
    marks = "`" * max(3, 1 + max(map(len, _RUN.findall(code)), default=0))
    return [marks + info, *code.removesuffix("\n").split("\n"), marks]


def _pre(before: str, code: str) -> list[str]:
    """Code in one line, which no parser takes for the end of a list's item or a quote."""
    code = escapes.escaped(code.removesuffix("\n")).replace("\n", "&#10;")
    return [f"{before}<pre><code>{code}</code></pre>"]


def _before(block: Token, line: str) -> str:
    """What stands before a block on its first line: the marks and indentation around it."""
    if block.type == "fence":
        return line[: line.index(block.markup)]
    first = block.content.lstrip("\n").partition("\n")[0]
    before = line.rstrip()
    before = before[: len(before) - len(first.strip())].expandtabs(4)
    if block.type == "html_block":
        return before
    if before.strip():
        return f"{before.rstrip()} "
    indent = len(first) - len(first.lstrip()) + 4
    return before[: max(0, len(before) - indent)]


def _is_simple(block: Token, lines: Sequence[str]) -> bool:
    """Whether a fence stands on a line of its own, and every line after it like it."""
    before = _before(block, lines[0])
    if before.strip(" >") or _FENCE_LIKE.search(block.content):
        return False
    return all(line.startswith(before) or line == before.rstrip() for line in lines)
