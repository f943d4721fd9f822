"""The JSON in an answer: what its beginning holds so far, and where it stands in what a model says
around it. No I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .fences import code_blocks

# To its end, or to the text's where it is open: no quote in it is looked at twice.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_WORD = re.compile(r"[-+.\w]+\Z")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_LITERALS = ("true", "false", "null")
_PLACE = re.compile(r"line (\d+) column (\d+)\Z")
_FENCE = re.compile(r"(?:^|\n) {0,3}(?:```+|~~~+)[^\n`]*(?:\n|\Z)")
_FENCE_END = re.compile(r"\n {0,3}(?:```|~~~)")
_OPENING = re.compile(r"[{\[]")
# In a prose full of brackets each could begin a value.
_MOST_TRIED = 100


def partial_json(text: str) -> Any:
    """The value that the beginning of a JSON text holds so far, or None while there is none.

    Strings are there as far as they came, a number as far as it is one, `t` is already true; a key
    is there with its value. What follows the value, or is no JSON, is left out.
    """
    return _parsed(_completed(text))


def json_so_far(text: str) -> str:
    """What of a growing answer is JSON: without a fence around it, or prose before it."""
    bare = text.lstrip()
    if _begins_a_value(bare):
        return bare
    fence = _FENCE.search(bare)
    if fence is not None:
        return _FENCE_END.split("\n" + bare[fence.end() :], maxsplit=1)[0].lstrip()
    opening = _OPENING.search(bare)
    return bare[opening.start() :] if opening is not None else ""


def json_texts(text: str) -> Iterator[str]:
    """Every part of a whole answer that may be the JSON that was asked for, the likeliest first:
    all of it, its fenced blocks, the objects and lists in its prose."""
    yield text.strip()
    if "```" in text or "~~~" in text:
        yield from (str(block).strip() for block in code_blocks(text))
    decoder = json.JSONDecoder()
    end = 0
    for tried, opening in enumerate(_OPENING.finditer(text)):
        if tried == _MOST_TRIED:
            return
        begin = opening.start()
        if begin >= end:
            try:
                _, end = decoder.raw_decode(text, begin)
            except (ValueError, RecursionError):
                continue
            yield text[begin:end]


def _begins_a_value(text: str) -> bool:
    word = re.match(r"[a-z]+\Z", text)
    if word is not None:
        return any(literal.startswith(word.group()) for literal in _LITERALS)
    return text[:1] in set('{["-0123456789') or text.strip() in _LITERALS


def _completed(text: str) -> str:
    """The text with the number or literal it ends in made one, or left out."""
    word = _WORD.search(text)
    if word is None or any(string.end() == len(text) for string in _STRING.finditer(text)):
        return text  # it ends in a string, or where something begins
    before, last = text[: word.start()], word.group()
    number = _NUMBER.match(last)
    if number is not None:
        return before + number.group()
    return before + next((whole for whole in _LITERALS if whole.startswith(last)), "")


def _parsed(text: str) -> Any:
    from jiter import from_json

    data = text.encode(errors="replace")
    for _ in range(2):
        try:
            return from_json(data, partial_mode="trailing-strings", allow_inf_nan=False)
        except ValueError as error:
            place = _PLACE.search(str(error))
            if place is None:
                break
            # Once more, with what comes before the mistake.
            line, column = map(int, place.groups())
            lines = data.split(b"\n")[:line]
            data = b"\n".join([*lines[:-1], lines[-1][: column - 1]])
    return None
