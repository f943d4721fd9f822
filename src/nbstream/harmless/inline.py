"""The inline content of one paragraph, heading or table row, with nothing live in it.

markdown-it says what every character belongs to. Text and markup stay as they came but for what
`escapes.plain` changes; code spans that another parser might not see as code, links, images and
tags are written anew.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import groupby
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from . import escapes
from .link_policy import disguised_host, is_safe_destination

# Nothing of what is looked for is in a text without these.
_NOTEWORTHY = re.compile(r"[<\[\]]|&#|&[A-Za-z]|```|~~~|\\[a-zA-Z@]|(?i:ftps?:|xmpp:)", re.M)
HARMFUL = re.compile(
    r"<[a-zA-Z/!?]|!\[|\]\([\s>]*\S{0,40}?[:&\\%]|\]:[\s>]*\S{0,40}?[:&\\%]"
    r"|\\(?:href|url|includegraphics|require|class|cssId|style|bbox|mmlToken|data|html[CDIS])"
    r"|(?:ftps?|xmpp):|\\@"
)
"""What must not be in code that some parser could read as text."""
_STRAY = Token("text", "", 0)
_RECORDED = ("backticks", "link", "image", "autolink", "html_inline")
_MARKUP = re.compile(r"[*_~`\\]|!?\[|\]\([^)]*\)")
_BRACKET = re.compile(r"(\\.)|[\[\]]")
# At the beginning of a line these would begin a block.
_BLOCK_MARK = re.compile(r"[-+=#>|:\d]|[*_~](?=\s|[*_~]{2}|$)")


@dataclass(slots=True)
class _Span:
    """What a rule took: where, and the token that it made of it."""

    rule: str
    start: int
    end: int
    token: Token
    label_end: int = 0


_LONGEST_REFERENCE = 1000
"""Characters of a definition that are written at every place that uses it."""


def is_noteworthy(source: str, *, strict: bool = False) -> bool:
    """Whether there is anything in the content that might have to change."""
    return (
        _NOTEWORTHY.search(source) is not None
        or escapes.is_address_with_math(source)
        or (strict and escapes.MATH_MARK.search(source) is not None)
    )


def safe_inline(
    source: str, references: dict[str, Any], breaks: Sequence[str] = (), *, strict: bool = False
) -> str:
    """The content as Markdown that shows the same and does nothing.

    `references` are markdown-it's; `breaks` what each line break of the content is in the text
    around it, with what stands before the next line there. `strict` also leaves no beginning of
    math without its end.
    """
    state = _State(source, _parser(), {"references": references}, [])
    state.md.inline.tokenize(state)
    spans = sorted(state.spans, key=lambda span: (span.start, -span.end))
    writer = _Writer(source, spans, breaks, strict)
    writer.write(0, len(source))
    text = writer.text()
    return escapes.whole_math(text) if strict else text


class _State(StateInline):
    def __init__(self, src: str, md: MarkdownIt, env: dict[str, Any], tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.spans: list[_Span] = []

    def push(self, ttype: str, tag: str, nesting: Any) -> Token:
        token = super().push(ttype, tag, nesting)
        if ttype == "link_open":
            # The link rule narrows the text to its label before it says what it found.
            token.meta["label_end"] = self.posMax
        return token


def _recorded(
    name: str, rule: Callable[[StateInline, bool], bool]
) -> Callable[[StateInline, bool], bool]:
    def run(state: StateInline, silent: bool) -> bool:
        if silent or not isinstance(state, _State):
            return rule(state, silent)
        start, before = state.pos, len(state.tokens)
        if not rule(state, False):
            return False
        token = next((t for t in state.tokens[before:] if t.type != "text"), None)
        # A run of backticks that closes nothing is text.
        span = (
            _Span(name, start, state.pos, token) if token else _Span("", start, state.pos, _STRAY)
        )
        span.label_end = span.token.meta.get("label_end", 0)
        state.spans.append(span)
        return True

    return run


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("strikethrough")
    # Every scheme is a link's here: what becomes of it is decided below.
    parser.validateLink = lambda url: True
    parser.normalizeLink = lambda url: url
    rules = parser.inline.ruler
    for rule in rules.__rules__:
        if rule.name in _RECORDED:
            rule.fn = _recorded(rule.name, rule.fn)
    rules.__cache__ = None
    return parser


class _Code(str):
    """A piece that is not text."""


class _Writer:
    def __init__(
        self, source: str, spans: Sequence[_Span], breaks: Sequence[str], strict: bool
    ) -> None:
        self.source = source
        self._unsafe = (HARMFUL, escapes.MATH_MARK) if strict else (HARMFUL,)
        self.out: list[str] = []
        self._spans = spans
        self._at = 0
        self._breaks = breaks
        self._newlines = [found.start() for found in re.finditer("\n", source)]
        self._begins_line = True
        self._has_addresses = escapes.is_address_with_math(source)

    def write(self, start: int, end: int, in_link: bool = False) -> None:
        """The source from `start` to `end`."""
        while self._at < len(self._spans) and self._spans[self._at].start < end:
            span = self._spans[self._at]
            self._at += 1
            if span.start >= start:
                self._source(start, span.start, in_link)
                self._span(span, in_link)
                start = span.end
        self._source(start, end, in_link)

    def _span(self, span: _Span, in_link: bool) -> None:
        token = span.token
        match span.rule:
            case "backticks":
                self._code(span)
            case "html_inline":
                self._text(token.content)
            case "image":
                alt = _alt(token.children or ()) or "image"
                if in_link:
                    self._text(alt)
                else:
                    self._link(span, token.attrGet("src"), lambda: self._text(alt), alt)
            case "link":
                label = lambda: self.write(span.start + 1, span.label_end, in_link=True)  # noqa: E731
                source = self.source[span.start + 1 : span.label_end]
                self._link(span, token.attrGet("href"), label, unescape(_MARKUP.sub("", source)))
            case "autolink":
                address = self.source[span.start + 1 : span.end - 1]
                self._link(span, token.attrGet("href"), lambda: self._text(address), address)
            case _:
                self._append(escapes.escaped(self.source[span.start : span.end]))

    def _code(self, span: _Span) -> None:
        source = self.source[span.start : span.end]
        at_fence = source.startswith("```")
        code = f"{source}\n{span.token.content}"
        # What stands right behind an address is read as part of it.
        follows = span.start > 0 and not self.source[span.start - 1].isspace()
        in_address = (follows and self._has_addresses) or escapes.is_address_with_math(code)
        if at_fence or in_address or any(pattern.search(code) for pattern in self._unsafe):
            self._append(_Code(escapes.code_span(span.token.content)))
        else:
            self._lines(source, span.start, _Code)

    def _link(
        self, span: _Span, address: object, label: Callable[[], None], text: str = ""
    ) -> None:
        address = str(address or "")
        title = str(span.token.attrGet("title") or "")
        inline = self.source[span.end - 1] != "]"
        short = len(address) + len(title) < _LONGEST_REFERENCE
        if not is_safe_destination(address) or not (inline or short):
            self._refused(label)
            return
        if self.out and self.out[-1].endswith("!"):
            before = self.out[-1][:-1]
            slashes = len(before) - len(before.rstrip("\\"))
            self.out[-1] = f"{before[: len(before) - slashes % 2]}&#33;"
        self._append("[")
        label()
        self._append(f"]({escapes.destination(address)}{escapes.title(title)})")
        host = disguised_host(text, address)
        if host:
            self._append(f" ({escapes.escaped(host)})".replace("&#46;", "."))

    def _refused(self, label: Callable[[], None]) -> None:
        """The text of a link that may not be one, which begins no block where it begins a line."""
        begins_line, before = self._begins_line, len(self.out)
        label()
        if not begins_line:
            return
        first = self.out[before] if len(self.out) > before else "&#32;"
        if not isinstance(first, _Code):
            first = first.lstrip(" \t")
            if _BLOCK_MARK.match(first):
                first = f"&#{ord(first[0])};{first[1:]}"
            self.out[before : before + 1] = [first]
        self._begins_line = False

    def _text(self, text: str) -> None:
        """Text that is no markup, its lines as they are in the content."""
        for number, line in enumerate(text.split("\n")):
            self._append(" " * bool(number) + escapes.escaped(line.strip() if number else line))

    def _source(self, start: int, end: int, in_link: bool) -> None:
        if start >= end:
            return
        text = escapes.plain(self.source[start:end])
        if in_link:
            text = _BRACKET.sub(lambda found: found[1] or escapes.escaped(found[0]), text)
        self._lines(text, start)

    def _lines(self, text: str, start: int, kind: type[str] = str) -> None:
        """Source text that begins at `start`, with what the text around it has before each line."""
        line_break = bisect_left(self._newlines, start)
        for number, line in enumerate(text.split("\n")):
            if number:
                self.out.append(self._breaks[line_break] if self._breaks else "\n")
                self._begins_line = True
                line_break += 1
                line = line.lstrip(" \t")
            if self._begins_line and line.startswith(("```", "~~~")):
                line = escapes.escaped(line[0]) + line[1:]
            self._append(kind(line))

    def text(self) -> str:
        """What was written."""
        pieces = groupby(self.out, lambda piece: isinstance(piece, _Code))
        return "".join(
            "".join(piece) if is_code else escapes.settled("".join(piece))
            for is_code, piece in pieces
        )

    def _append(self, text: str) -> None:
        if text:
            self.out.append(text)
            self._begins_line = False


def _alt(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type == "image":
            parts.append(_alt(token.children or ()))
        elif token.type != "html_inline":
            parts.append(token.content)
    return "".join(parts)
