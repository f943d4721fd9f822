"""The prompt as it is sent: what was typed, with the values it names, after the attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..events import Attachment, Notice
from ..request import Image, Message
from .braces import parts
from .budget import about_tokens, cut, shares
from .pieces import Piece
from .references import Reference, shown

_MOST_VALUES = 50
"""So many values of braces are attachments of their own; the others are one together."""
_NO_TEXT = re.compile(r"<[^\n]+ at 0x[0-9A-Fa-f]+>")


@dataclass(frozen=True, slots=True)
class Prompt:
    """`text` and `images` are what is sent; `opening` what the reader is told about them."""

    text: str
    images: tuple[Image, ...] = ()
    opening: tuple[Attachment | Notice, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        return (Message("user", self.text, self.images),)

    @property
    def tokens(self) -> int:
        """About how many they are."""
        return about_tokens(self.text) + sum(image.tokens for image in self.images)


def build(
    typed: str,
    variables: Mapping[str, Any],
    pieces: Sequence[Piece] = (),
    *,
    room: int,
    interpolate: bool = True,
) -> Prompt:
    """The prompt that was typed, with the values of its `{references}` (a value's own braces mean
    nothing) and the pieces before it, values and pieces together in `room` characters. Without
    `interpolate` all braces stay as they are.

    A name that is no variable stays as it is, and a Notice says so. Raises UsageError where a
    value cannot be read.
    """
    segments, unknown = _filled(typed, variables) if interpolate else ([typed], [])
    sources = [*(segment for segment in segments if isinstance(segment, Piece)), *pieces]
    given = shares([len(source.text) for source in sources], room)
    texts = [
        cut(source.text, share, keeps_end=source.keeps_end)
        for source, share in zip(sources, given, strict=True)
    ]
    values = iter(texts)
    words = "".join(next(values) if isinstance(segment, Piece) else segment for segment in segments)
    attached = list(zip(pieces, values, strict=True))
    opening = [
        *_attachments(attached),
        *_inserted(zip(sources, texts, strict=True), len(sources) - len(pieces)),
        *(Notice("info", piece.notice) for piece in pieces if piece.notice),
        *_unknown(unknown),
        *_wordless(segments),
        *_cut(sources, given, room),
    ]
    images = tuple(piece.image for piece in pieces if piece.image is not None)
    # A half of a surrogate pair in a value is nothing that can be sent.
    text = _joined(attached, words).encode("utf-8", "replace").decode()
    return Prompt(text, images, tuple(opening))


def fenced(text: str, language: str = "") -> str:
    """The text as a code block that no backticks in it can close."""
    longest = max(map(len, re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _filled(typed: str, variables: Mapping[str, Any]) -> tuple[list[str | Piece], list[str]]:
    segments: list[str | Piece] = []
    unknown: dict[str, None] = {}
    for part in parts(typed):
        if not isinstance(part, Reference):
            segments.append(part)
        elif missing := part.missing(variables):
            segments.append(f"{{{part.source}}}")
            unknown.update(dict.fromkeys(missing))
        else:
            name = f"{{{part.source}}}"
            segments.append(Piece(name, "value", shown(part.value(variables), name)))
    return segments, list(unknown)


def _joined(attached: Sequence[tuple[Piece, str]], words: str) -> str:
    blocks = [_block(piece, text) for piece, text in attached]
    return "\n\n".join([*blocks, words])


def _block(piece: Piece, text: str) -> str:
    facts = ", ".join(fact for fact in (piece.kind, piece.facts) if fact)
    if piece.image is not None:
        return f"`{piece.name}` ({facts}) is attached as an image."
    return f"`{piece.name}` ({facts}):\n\n{fenced(text, piece.language)}"


def _attachments(attached: Iterable[tuple[Piece, str]]) -> list[Attachment]:
    return [
        Attachment(piece.name, piece.kind, len(text), about_tokens(text))
        if piece.image is None
        else Attachment(piece.name, piece.kind, 0, piece.image.tokens)
        for piece, text in attached
    ]


def _inserted(sources: Iterable[tuple[Piece, str]], count: int) -> list[Attachment]:
    """The first `count` of the sources, the values of braces, each once."""
    named = {piece.name: (piece, text) for piece, text in islice(sources, count)}
    inserted = _attachments(named.values())
    more = inserted[_MOST_VALUES:]
    if len(more) < 2:
        return inserted
    characters, tokens = sum(one.characters for one in more), sum(one.tokens for one in more)
    rest = Attachment(f"{len(more)} more values", "values", characters, tokens)
    return [*inserted[:_MOST_VALUES], rest]


def _unknown(names: Sequence[str]) -> list[Notice]:
    if not names:
        return []
    several = len(names) > 1
    listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    stays = "Their braces stay" if several else "Its braces stay"
    are = "are no variables" if several else "is no variable"
    return [Notice("info", f"{listed} {are} here. {stays} in the prompt as you typed them.")]


def _wordless(segments: Sequence[str | Piece]) -> list[Notice]:
    """Of values that have no text of their own, as functions and figures."""
    named = dict.fromkeys(
        each.name for each in segments if isinstance(each, Piece) and _NO_TEXT.fullmatch(each.text)
    )
    if not named:
        return []
    flag = f"--with {' '.join(name[1:-1] for name in named)}"
    holds, it = ("it holds", "it") if len(named) == 1 else ("they hold", "them")
    listed = ", ".join(named)
    said = f"{listed} went into the prompt without what {holds}: {flag} attaches {it}."
    return [Notice("info", said)]


def _cut(sources: Sequence[Piece], given: Sequence[int], room: int) -> list[Notice]:
    short = [
        f"{source.name} to {share:,} of {len(source.text):,} characters"
        for source, share in zip(sources, given, strict=True)
        if share < len(source.text)
    ]
    if not short:
        return []
    return [
        Notice("warning", f"Cut to fit {room:,} characters: {'; '.join(short)}. --budget sets it.")
    ]
