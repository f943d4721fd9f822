"""A whole text, block by block: its code, its HTML, its definitions, and what stands between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from ..growing_text import GrowingText
from ..text_window import TextWindow, whole_lines
from . import escapes
from .code import SafeCode
from .inline import HARMFUL, is_noteworthy, safe_inline
from .invisible import visible

_LIVE = re.compile(
    HARMFUL.pattern
    + r"|\][(\[:]|&[#a-z]|(?<![`~])[`~]{3,}+[ \t]{0,99}(?:mermaid|geojson|topojson|stl)",
    re.IGNORECASE,
)
_FENCE = re.compile(r"[`~]{3,}+[^\n`\"'$@\\&{]*+([\"'$@\\&{]?)")
"""Without any of this, and a fence with such a mark behind it on its line, a text is what it was.
Fences are found one after the other, so that what stands behind them is read once."""
_CELLS = re.compile(r"((?<!\\)\|)")


def safe_markdown(text: str) -> str:
    """The text with nothing in it that runs, loads or leads where a link may not.

    Its line ends become line feeds, and characters that hide or reorder text are named.
    """
    return str(safe_text(GrowingText(text)))


def safe_text(text: Iterable[str]) -> GrowingText:
    """The same for a text in parts, which are read more than once."""
    lines = _Visible(text)
    is_live = any(map(_is_live, lines))
    math = any(escapes.MATH.search(part) for part in lines)
    if not is_live and not (math and any(escapes.ADDRESS.search(part) for part in lines)):
        return _joined(lines)
    references = _references(lines)
    code = SafeCode(math)
    result = _joined(_written(lines, references, code))
    if code.is_kept and math:
        # Math that does not end before the code begins could take the code's fence with it.
        code = SafeCode(math, strict=True)
        result = _joined(_written(lines, references, code))
    return result


def _is_live(part: str) -> bool:
    return bool(_LIVE.search(part)) or any(fence[1] for fence in _FENCE.finditer(part))


class _Visible:
    """The text's lines, in parts, each time it is read."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = text

    def __iter__(self) -> Iterator[str]:
        return map(visible, whole_lines(self._text))


def _joined(parts: Iterable[str]) -> GrowingText:
    text = GrowingText()
    for part in parts:
        text.append(part)
    return text


class _Part(NamedTuple):
    """Some lines of the text, the tokens of the blocks in them, and those of definitions."""

    lines: list[str]
    tokens: list[Token]
    definitions: dict[int, int]
    is_last: bool


def _references(lines: Iterable[str]) -> dict[str, Any]:
    """Every definition in the text, as markdown-it keeps them."""
    references: dict[str, Any] = {}
    if any("]:" in part for part in lines):
        for _ in _parts(lines, references):
            pass
    return references


def _parts(lines: Iterable[str], references: dict[str, Any]) -> Iterator[_Part]:
    """The text in parts."""
    parser = _parser()
    window = TextWindow(lines)
    while window.read():
        env: dict[str, Any] = {"references": references}
        is_last = window.is_last
        tokens = parser.parse(window.source, env)
        last = window.move(tokens)
        if last == 0:
            continue
        repeated = [ref["map"] for ref in env.get("duplicate_refs", ())]
        yield _Part(
            window.source.split("\n")[:last],
            [token for token in tokens if token.map and token.map[0] < last],
            {first: after for first, after in repeated if first < last},
            is_last,
        )


def _written(lines: Iterable[str], references: dict[str, Any], code: SafeCode) -> Iterator[str]:
    after_blank = True
    for part in _parts(lines, references):
        writer = _Writer(part, references, code, after_blank)
        yield writer.write()
        after_blank = writer.after_blank


class _Writer:
    """Writes one part: every block's lines, and what stands between blocks, in their order."""

    def __init__(
        self, part: _Part, references: dict[str, Any], code: SafeCode, after_blank: bool
    ) -> None:
        self._lines, self._tokens, self._definitions, self._is_last = part
        self._references = references
        self._code = code
        self._out: list[str] = []
        self._at = 0
        self._wants_blank = False
        self.after_blank = after_blank

    def write(self) -> str:
        for token in self._tokens:
            if token.map is None or token.map[0] < self._at:
                continue
            match token.type:
                case "inline":
                    self._between(token.map[0])
                    self._content(token)
                case "table_open":
                    self._between(token.map[0])
                    for line in self._lines[token.map[0] : token.map[1]]:
                        self._emit(self._row(line))
                    self._at = token.map[1]
                case "fence" | "code_block" | "html_block":
                    self._between(token.map[0])
                    self._block(token, token.map[1])
                case _:
                    pass
        self._between(len(self._lines))
        return "\n".join(self._out) + ("" if self._is_last else "\n" * bool(self._out))

    def _content(self, token: Token) -> None:
        assert token.map is not None
        content = token.content.split("\n")
        ends = token.map[0] + len(content)
        if not is_noteworthy(token.content, strict=self._code.strict):
            self._verbatim(ends)
            return
        cut = [_cut(*pair) for pair in zip(content, self._lines[token.map[0] : ends], strict=False)]
        if len(cut) != len(content) or any(around is None for around in cut):
            self._between(ends)
            return
        before = [around[0] for around in cut if around]
        after = cut[-1][1] if cut[-1] else ""
        text = safe_inline(
            token.content,
            self._references,
            [f"\n{prefix}" for prefix in before[1:]],
            strict=self._code.strict,
        )
        self._emit(before[0] + text + after)
        self._at = ends

    def _row(self, line: str) -> str:
        """A table's line, cell by cell."""
        if not is_noteworthy(line, strict=self._code.strict):
            return line
        cells = _CELLS.split(line)
        for at in range(0, len(cells), 2):
            cell = safe_inline(cells[at], self._references, strict=self._code.strict)
            # In a table's code a bar needs its backslash, which is not part of the code.
            cells[at] = cell.replace("&#92;&#124;", "&#124;")
        return "".join(cells)

    def _block(self, token: Token, end: int) -> None:
        lines = self._lines[self._at : end]
        written = self._code.write(token, lines)
        if written is None:
            self._verbatim(end)
            return
        stands_alone = token.level == 0
        if stands_alone and not self.after_blank:
            self._emit("")
        for line in written:
            self._emit(line)
        self._wants_blank = stands_alone
        self._at = end

    def _between(self, end: int) -> None:
        """Lines that are no block's own: marks of quotes and lists, rules, definitions."""
        while self._at < end:
            after = self._definitions.get(self._at)
            line = self._lines[self._at]
            if after is not None:
                # What used it has its destination by now, and another parser might use it more.
                mark = line[: line.index("[")] if "[" in line else ""
                self._emit(f"{mark}[//]: #")
                self._at = max(after, self._at + 1)
                continue
            if is_noteworthy(line, strict=self._code.strict):
                line = escapes.settled(escapes.plain(line).replace("`", "&#96;"))
                line = escapes.whole_math(line) if self._code.strict else line
            self._emit(line)
            self._at += 1

    def _verbatim(self, end: int) -> None:
        for line in self._lines[self._at : end]:
            self._emit(line)
        self._at = end

    def _emit(self, line: str) -> None:
        if self._wants_blank and line.strip():
            self._out.append("")
        self._wants_blank = False
        self._out.append(line)
        self.after_blank = not line.strip()


def _cut(content: str, line: str) -> tuple[str, str] | None:
    """What stands before and after a line's content, or None where the two do not fit."""
    content = content.strip()
    body = line.rstrip()
    if body.endswith(content):
        return body[: len(body) - len(content)], ""
    closing = re.search(r"[ \t]+#+$", body)
    if closing and body[: closing.start()].rstrip().endswith(content):
        start = len(body[: closing.start()].rstrip()) - len(content)
        return body[:start], body[start + len(content) :]
    return None


@cache
def _parser() -> MarkdownIt:
    # Without what is inside of paragraphs: that is parsed where it has to be.
    parser = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
    parser.validateLink = lambda url: True
    parser.normalizeLink = lambda url: url
    rules = parser.block.ruler
    for rule in rules.__rules__:
        if rule.name == "reference":
            rule.fn = _not_of_notes(rule.fn)
    rules.__cache__ = None
    return parser


def _not_of_notes(reference: Any) -> Any:
    """The rule of definitions without notes, `[^1]: word`, which are text here."""

    def rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:
        if state.src.startswith("[^", state.bMarks[first] + state.tShift[first]):
            return False
        return reference(state, first, last, silent)

    return rule
