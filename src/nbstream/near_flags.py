"""Flags that nobody has, and the ones that were meant."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def flags_of(parser: ArgumentParser) -> list[str]:
    """Every flag that the parser reads, such as `--seed` and `-o`."""
    return list(parser._option_string_actions)  # pyright: ignore[reportPrivateUsage]


def correction(unknown: Sequence[str], flags: Iterable[str]) -> str:
    """`There is no flag --sed; did you mean --seed?` for the first flag among the words that the
    parser did not take, or empty where none of its `flags` is near."""
    names = {_name(flag): flag for flag in flags if flag.startswith("--")}
    for word in unknown:
        if not word.startswith("-") or not _name(word):
            continue
        near = get_close_matches(_name(word), names, n=1, cutoff=0.7)
        if near:
            typed = word.partition("=")[0][:40]
            return f"There is no flag {typed}; did you mean {names[near[0]]}?"
    return ""


def _name(flag: str) -> str:
    return flag.partition("=")[0].lstrip("-").replace("_", "-").lower()[:40]
