"""Any pieces of text, cut anywhere, come out as text that every file and socket takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nbstream.characters import Characters, well_formed

ANY_UNITS = st.text(st.characters(exclude_categories=()) | st.sampled_from("\ud83d\ude00a"))


@given(st.lists(ANY_UNITS))
def test_what_is_said_can_always_be_encoded(pieces: list[str]):
    characters = Characters()
    said = "".join([*map(characters.take, pieces), characters.rest()])
    said.encode()
    assert said == well_formed("".join(pieces))


@given(st.text("aé😀🌍\n"), st.integers(1, 4))
def test_text_cut_by_utf_16_units_is_put_together_again(text: str, size: int):
    units = [chr(unit) for unit in memoryview(text.encode("utf-16-le")).cast("H")]
    characters = Characters()
    pieces = ["".join(units[i : i + size]) for i in range(0, len(units), size)]
    assert "".join([*map(characters.take, pieces), characters.rest()]) == text


def test_whole_text_is_passed_on_as_it_is():
    text = "Grüße 🌍"
    assert Characters().take(text) is text
    assert well_formed(text) is text
