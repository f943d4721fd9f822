"""Text in pieces is the text."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.growing_text import GrowingText, cut


@given(st.lists(st.text(max_size=3) | st.none(), max_size=60))
def test_it_holds_what_was_added_whenever_it_is_read(pieces: list[str | None]):
    growing, whole = GrowingText(), ""
    for piece in pieces:
        if piece is None:
            assert str(growing) == whole
        else:
            growing.append(piece)
            whole += piece
        assert len(growing) == len(whole)
    assert str(growing) == whole


def test_more_pieces_than_are_kept_apart_are_all_there():
    growing = GrowingText()
    for n in range(2000):
        growing.append(f"{n} ")
    assert str(growing) == "".join(f"{n} " for n in range(2000))


def test_cleared_it_is_empty_and_grows_again():
    growing = GrowingText()
    growing.append("old")
    assert str(growing) == "old"
    growing.clear()
    growing.append("new")
    assert (str(growing), len(growing)) == ("new", 3)


def test_parts_facts_and_length_are_the_texts():
    for text in ("", "a\n" * 90_000, "größe 🙂\n" * 30_000, " \n" * 40_000):
        growing = GrowingText()
        for at in range(0, len(text), 7):
            growing.append(text[at : at + 7])
        assert "".join(growing) == "".join(cut(text)) == text
        assert growing.utf8_bytes == len(text.encode())
        assert growing.is_ascii is text.isascii()
        assert growing.is_blank is (not text.strip())


@pytest.mark.parametrize("wide", ["…", "🙂"])
def test_one_wide_character_does_not_multiply_the_memory_of_a_long_text(wide: str):
    tracemalloc.start()
    try:
        growing = GrowingText()
        for _ in range(20):
            for piece in ("word " * 20_000, wide):
                growing.append(piece)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1.3 * growing.utf8_bytes
