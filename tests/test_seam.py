"""A continuation joined to the text that broke off: nothing repeated, nothing lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.seam import Seam

ANSWER = (
    "The quick brown fox jumps over the lazy dog, and then:\n\n```python\ndef add(a, b):\n"
    "    return a + b\n```\n\n- one\n- two\n\nThat is all there is to say about the fox.\n"
)


def joined(said: str, *pieces: str) -> str:
    seam = Seam(said)
    return said + "".join(map(seam.take, pieces)) + seam.rest()


@given(st.integers(1, len(ANSWER) - 1), st.lists(st.integers(0, len(ANSWER)), max_size=5))
def test_a_provider_that_goes_on_at_the_next_character_is_joined_as_it_is(cut, splits):
    said = ANSWER[:cut]
    rest = ANSWER[len(said.rstrip()) :]  # it was given the text without the white space behind it
    edges = [0, *sorted(min(split, len(rest)) for split in splits), len(rest)]
    pieces = [rest[a:b] for a, b in pairwise(edges)]
    assert joined(said, *pieces) == ANSWER


@given(st.integers(30, len(ANSWER) - 1), st.integers(12, 30))
def test_words_said_again_at_the_seam_are_left_out(cut, back):
    start = cut - back
    while start > 0 and ANSWER[start - 1].isalnum():
        start -= 1  # a model begins again with a whole word
    overlap = ANSWER[start:cut]
    if sum(map(str.isalnum, overlap)) < 3:
        return
    assert joined(ANSWER[:cut], *ANSWER[start:]) == ANSWER


@pytest.mark.parametrize("cut", [4, 9, 40, 80, len(ANSWER) - 2])
def test_an_answer_begun_anew_is_joined_where_it_broke_off(cut):
    assert joined(ANSWER[:cut], *ANSWER) == ANSWER


def test_the_word_the_text_broke_off_in_may_be_said_whole():
    assert joined("Hello wor", "world, hello") == "Hello world, hello"


@pytest.mark.parametrize(
    ("said", "goes_on"),
    [
        ("ha", "ha"),
        ("| --- |", " --- |\n"),
        ("def f():\n    ", "    return 1"),
        ("a ------", "------ b"),
        ("a = b", "b"),
        ("x = [[", "[1]]]"),
    ],
)
def test_what_only_looks_like_a_repetition_is_kept(said, goes_on):
    gap = said[len(said.rstrip()) :]
    expected = said + goes_on.removeprefix(gap) if gap else said + goes_on
    assert joined(said, goes_on) == expected


@pytest.mark.parametrize("again", ["\n\nNext.", "Next."])
def test_white_space_the_text_broke_off_with_is_not_doubled(again):
    assert joined("First.\n\n", again) == "First.\n\nNext."


def test_a_code_block_goes_on_with_its_indentation():
    assert joined("def f():\n    ", "\n    return 1") == "def f():\n    return 1"


def test_a_text_is_held_back_no_longer_than_it_may_be_a_repetition():
    seam = Seam("The quick brown fox")
    assert seam.take("bro") == ""
    assert seam.take("wse the rest") == "browse the rest"
