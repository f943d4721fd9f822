"""JSON shown with a line for each member, from whatever pieces it came in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.indented import Indented
from tests.test_json_text import VALUES


def shown(*pieces: str) -> str:
    indented = Indented()
    return "".join(indented.take(piece) for piece in pieces)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"a":1,"b":{"c":[]}}', '{\n  "a": 1,\n  "b": {\n    "c": []\n  }\n}'),
        ('{"a": "{x: [y]}\\"," }', '{\n  "a": "{x: [y]}\\","\n}'),
        ("[1,\n 2, true]", "[1, 2, true]"),
        ('["a","b"]', '[\n  "a",\n  "b"\n]'),
        ('[{"a":{}}]', '[\n  {\n    "a": {}\n  }\n]'),
        ('{"a":1}\n\nDone:  [1].', '{\n  "a": 1\n}\n\nDone:  [1].'),
        ("Sure:  {", "Sure:  {"),
        ("{not json}", "{\n  not json\n}"),
        ("{]}}", "{]}}"),
        ("  ", ""),
    ],
)
def test_members_have_lines(text: str, lines: str):
    assert shown(text) == lines


@given(VALUES, st.sampled_from([None, 1, 4]), st.integers(1, 4))
def test_it_is_the_same_json_whatever_the_pieces(value: Any, indent: int | None, size: int):
    text = json.dumps(value, indent=indent)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert shown(*pieces) == shown(text)
    assert json.loads(shown(text)) == value
