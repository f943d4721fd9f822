"""Text in pieces is the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nbstream.growing_text import GrowingText


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
