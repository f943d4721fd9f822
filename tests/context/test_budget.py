"""How much context there is room for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.context.budget import CHARACTERS, about_tokens, characters, cut, shares
from nbstream.errors import UsageError


@pytest.mark.parametrize(
    ("asked", "room"),
    [(None, CHARACTERS), ("500", 500), ("40k", 40_000), ("10_000t", 40_000), ("2k tokens", 8000)],
)
def test_a_budget_is_in_characters_or_tokens(asked: str | None, room: int) -> None:
    assert characters(asked) == room


@pytest.mark.parametrize("asked", ["0", "-5", "much", "", "1.5k"])
def test_another_budget_is_one_sentence(asked: str) -> None:
    with pytest.raises(UsageError, match="--budget needs a number"):
        characters(asked)


@given(st.lists(st.integers(0, 1000), max_size=8), st.integers(1, 2000))
def test_shares_fit_and_waste_nothing(sizes: list[int], room: int) -> None:
    given_room = shares(sizes, room)
    assert all(share <= size for share, size in zip(given_room, sizes, strict=True))
    assert sum(given_room) == min(sum(sizes), room)


def test_the_small_are_whole_and_the_large_alike() -> None:
    assert shares([10, 1000, 500], 210) == [10, 100, 100]


def test_what_is_cut_says_so_at_its_end_or_beginning() -> None:
    lines = "\n".join(f"line {n}" for n in range(100))
    assert cut(lines, 50).endswith("line 6\n[… the first 48 of 789 characters]")
    assert cut(lines, 50, keeps_end=True).startswith("[… the last 47 of 789 characters]\nline 94")
    assert cut(lines, 789) == lines


def test_tokens_are_about_four_bytes() -> None:
    assert (about_tokens(""), about_tokens("abcde"), about_tokens("日本")) == (0, 2, 2)
