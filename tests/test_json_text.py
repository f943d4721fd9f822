"""The JSON in an answer, while it grows and when it is whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.json_text import json_so_far, json_texts, partial_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text('a"\\é{[,', max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text("ab\"'"), inside),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": tr', {"a": True}),
        ('{"a": 12.', {"a": 12}),
        ('{"a": -', {}),
        ('{"a": "tr', {"a": "tr"}),
        ('{"a": "\\"tr', {"a": '"tr'}),
        ('{"a": "\\\\', {"a": "\\"}),
        ('{"a": 1} and', {"a": 1}),
        ('{"a": 1,}', {"a": 1}),
        ('{"a": nope, "b": 1', {}),
        ('{"a": NaN', {}),
        ("Sure", None),
        ('"\ud800', "?"),
    ],
)
def test_the_beginning_of_a_text_is_what_it_holds_so_far(text: str, value: Any):
    assert partial_json(text) == value


@given(VALUES)
def test_every_beginning_is_read_and_the_whole_is_the_value(value: Any):
    text = json.dumps(value, indent=1)
    for end in range(len(text)):
        partial_json(text[:end])
    assert partial_json(text) == value


def test_a_long_string_of_quotes_is_read_without_looking_back_at_each():
    text = '{"code": "' + '\\"x\\" ' * 200_000
    assert len(partial_json(text)["code"]) == 800_000


def test_lists_deeper_than_anyone_reads_are_no_error():
    assert partial_json("[" * 100_000) is not None


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        (' {"a"', '{"a"'),
        ("-1", "-1"),
        ("tr", "tr"),
        ("the", ""),
        ("```js", ""),
        ("```json\n", ""),
        ('```json\n{"a": 1', '{"a": 1'),
        ('```json\n{"a": 1}\n```\nDone [1].', '{"a": 1}'),
        ('Here it is:\n\n```json\n{"a"', '{"a"'),
        ('Here it is: {"a"', '{"a"'),
        ("Here it is", ""),
    ],
)
def test_a_growing_answer_is_json_from_where_it_begins(text: str, begun: str):
    assert json_so_far(text) == begun


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}\n', '{"a": 1}'),
        ('So:\n```json\n{"a": 1}\n```\nGood?', '{"a": 1}'),
        ('See [1]: {"a": [2]} it is.', '{"a": [2]}'),
        ('<think>{"a"?</think>{"a": 1}', '{"a": 1}'),
    ],
)
def test_a_whole_answer_is_searched_for_its_json(text: str, found: str):
    assert found in list(json_texts(text))


def test_no_prose_is_searched_for_ever():
    assert len(list(json_texts("[" * 10_000 + "{" * 10_000))) == 1
