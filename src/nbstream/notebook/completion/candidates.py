"""What may follow what is typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Found(NamedTuple):
    """`candidates` are texts that may stand in place of `fragment`, the end of what is typed, each
    with its kind; `files` says whether a file's name may too."""

    fragment: str
    candidates: list[tuple[str, str]]
    files: bool = False


def beginning(fragment: str, kind: str, texts: Iterable[str], *, files: bool = False) -> Found:
    """Those of the texts that begin with what is typed, in their order."""
    fitting = dict.fromkeys(text for text in texts if text.startswith(fragment))
    return Found(fragment, [(text, kind) for text in fitting], files)
