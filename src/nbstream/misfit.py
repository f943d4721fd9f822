"""What is wrong with an answer that a schema does not fit, in a line. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from .json_text import json_texts

T = TypeVar("T")

_MOST_PROBLEMS = 8
_MOST_COUNTED = 1000
_LONGEST_PROBLEM = 300


class Misfit(Exception):
    """An answer is not as its schema has it; `str()` says what is wrong, in a line."""


class Unchecked(Misfit):
    """Whether an answer is as its schema has it was not found out; `str()` says why."""


def read_first(text: str, read: Callable[[str], T]) -> T:
    """What `read` makes of the likeliest JSON text in an answer that it takes, also with a fence
    around it or prose. Raises Misfit, with what is wrong with the likeliest."""
    misfit: Misfit | None = None
    fault = ""
    for candidate in json_texts(text):
        no_json = _json_fault(candidate)
        if no_json:
            fault = fault or no_json
            continue
        try:
            return read(candidate)
        except Unchecked:
            raise
        except Misfit as error:
            misfit = misfit or error
    raise misfit or Misfit(f"it is not JSON: {fault}")


def line(problems: Iterable[tuple[Iterable[str | int], str]]) -> str:
    """The problems, each with its place, as one line."""
    counted = [f"{_place(where)}{cut(what)}" for where, what in islice(problems, _MOST_COUNTED)]
    more = len(counted) - _MOST_PROBLEMS
    return "; ".join(counted[:_MOST_PROBLEMS]) + (f"; and {more} more" if more > 0 else "")


def cut(text: str) -> str:
    """The text as one line that is not too long."""
    # The words of what is shown are enough.
    text = " ".join(text[: 8 * _LONGEST_PROBLEM].split())
    return text if len(text) <= _LONGEST_PROBLEM else f"{text[:_LONGEST_PROBLEM]}…"


def _place(where: Iterable[str | int]) -> str:
    """``steps[2].text: `` for people."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)
    return f"{path.removeprefix('.')}: " if path else ""


def _json_fault(text: str) -> str:
    from jiter import from_json

    try:
        from_json(text.encode(errors="replace"), allow_inf_nan=False)
    except ValueError as error:
        return str(error)
    return ""
