"""Characters that hide or reorder text are named wherever a stranger's text is saved or printed."""

from __future__ import annotations

import io

import pytest

from nbstream.events import Attachment, End, Event, Failover, Notice, PhaseStart, Reset, TextDelta
from nbstream.generation import Generation
from nbstream.sinks.html_frame import html_frame
from nbstream.sinks.saved import markdown, plain
from nbstream.sinks.terminal import printable, status_line
from nbstream.transcript import Transcript
from tests.sinks.test_terminal import in_a_terminal, piped
from tests.streams import numbered

HIDDEN = ["\u202e", "\u2066", "\u200b", "\xad", "\U000e0041"]
PLACES = {
    "a text": [TextDelta("ev{}il"), End("complete", "stop")],
    "a model": [Failover("ev{}il", "out"), End("complete", "stop")],
    "an error": [End("failed", error="ev{}il", code="server")],
    "an attachment": [Attachment("ev{}il", "text", 3, 1), End("complete", "stop")],
}
FAMILY = (
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 "
)
FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f "


def events(place: str, char: str) -> list[Event]:
    found: list[Event] = []
    for event in PLACES[place]:
        fields = {
            name: value.format(char) if isinstance(value, str) else value
            for name in type(event).__slots__
            for value in [getattr(event, name)]
        }
        found.append(type(event)(**fields))
    return found


@pytest.mark.parametrize("char", HIDDEN)
@pytest.mark.parametrize("place", PLACES)
def test_what_hides_text_is_named_in_what_is_saved_and_printed(place: str, char: str):
    stream = events(place, char)
    generation = Generation.of(Transcript(numbered(stream)))
    name = f"evU+{ord(char):04X}il"
    for shown in (markdown(generation), plain(generation), piped(*stream), in_a_terminal(*stream)):
        assert char not in shown
        assert name in shown.replace("\\+", "+")


@pytest.mark.parametrize("char", HIDDEN)
def test_what_hides_text_is_named_in_notices_retries_and_phases(char: str):
    name = f"evU+{ord(char):04X}il"
    bad = f"ev{char}il"
    status = io.StringIO()
    stream = [PhaseStart(bad, bad), Notice("info", bad), Reset(1, 0.0, bad), TextDelta("a")]
    out = piped(*stream, End("complete", "stop"), status=status)
    assert char not in out + status.getvalue()
    assert out.count(name) == 2
    assert status.getvalue().count(name) >= 2
    assert status_line(Transcript(numbered(stream))).count(name) <= 2
    assert char not in in_a_terminal(*stream, End("complete", "stop"))


def test_a_frames_source_and_last_line_name_what_hides_text():
    frame = html_frame("<p>ev\u202eil", "ev\u2066il").partition("<details>")[2]
    assert "evU+202Eil" in frame
    assert "evU+2066il" in frame
    assert not set("\u202e\u2066") & set(frame)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_a_text_in_pieces_is_printed_as_the_whole_is(size: int):
    text = (FAMILY + FLAG + "a\u202eb\u200bc \u200d\U0001f3f4 ❤\ufe0f\u200d\U0001f525 ") * 3
    pieces = [TextDelta(text[at : at + size]) for at in range(0, len(text), size)]
    shown = piped(*pieces, End("complete", "stop"))
    assert shown.startswith(printable(text))
    assert FAMILY in shown
    assert FLAG in shown


def test_what_was_held_back_comes_before_a_notice_and_at_the_end():
    out = piped(TextDelta("a\u202e"), Notice("info", "So."), TextDelta("b\u200b"), End("complete"))
    assert out.startswith("aU+202E\nSo.\nbU+200B\n")
