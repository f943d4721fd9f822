"""How much context there is room for, and what is left out where there is more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import UsageError

CHARACTERS = 40_000
"""The room where none was asked for: about 10,000 tokens."""

_CHARACTERS_A_TOKEN = 4
_BUDGET = re.compile(r"(\d[\d_,]*)\s*(k?)\s*(t|tokens|c|characters)?", re.IGNORECASE)


def about_tokens(text: str) -> int:
    """Roughly how many tokens a model makes of the text: one for four bytes."""
    return -(-len(text.encode(errors="replace")) // _CHARACTERS_A_TOKEN)


def characters(budget: str | int | None) -> int:
    """The room in characters that ``40000``, ``40k`` or ``10000t`` (tokens) asks for. Raises
    UsageError."""
    if budget is None:
        return CHARACTERS
    match = _BUDGET.fullmatch(str(budget).strip())
    count = int(re.sub(r"\D", "", match[1])) * (1000 if match[2] else 1) if match else 0
    if match is None or count == 0:
        raise UsageError(
            f"--budget needs a number of characters, or of tokens with a t, not {budget!r}: for"
            " example --budget 40000 or --budget 10000t."
        )
    return count * _CHARACTERS_A_TOKEN if (match[3] or "c")[0] in "tT" else count


def shares(sizes: Sequence[int], room: int) -> list[int]:
    """How much of each size there is room for: the small ones whole, the others alike."""
    given = [0] * len(sizes)
    left = room
    for place, index in enumerate(sorted(range(len(sizes)), key=lambda index: sizes[index])):
        given[index] = min(sizes[index], left // (len(sizes) - place))
        left -= given[index]
    return given


def cut(text: str, room: int, *, keeps_end: bool = False) -> str:
    """The text, where it is longer than `room` only its beginning (or end) in whole lines if they
    are not too long, and a line that says how much there was."""
    if len(text) <= room:
        return text
    if keeps_end:
        kept = text[len(text) - room :]
        first = kept.find("\n") + 1
        kept = kept[first:] if 0 < first <= room // 4 else kept
        return f"[… the last {len(kept):,} of {len(text):,} characters]\n{kept}"
    kept = text[:room]
    last = kept.rfind("\n")
    kept = kept[:last] if last >= room - room // 4 and last > 0 else kept
    return f"{kept}\n[… the first {len(kept):,} of {len(text):,} characters]"
