"""Frames as JSON: each event there and back, and what cannot be read as a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream import events, wire
from nbstream.events import End, Event, Frame, Progress, Start, TextDelta, Usage
from nbstream.wire import WireError, from_json, to_json

FIXTURE = Path(__file__).parent / "fixtures" / "frames.json"
EXAMPLES: list[dict[str, Any]] = json.loads(FIXTURE.read_text())["frames"]


def test_the_fixture_has_an_example_of_every_event():
    kinds = {type(from_json(example).event) for example in EXAMPLES}
    assert kinds == set(get_args(Event))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e['seq']}-{e['type']}")
def test_an_example_is_read_and_written_as_it_was(example: dict[str, Any]):
    assert to_json(from_json(example)) == example


@given(st.sampled_from(get_args(Event)).flatmap(st.from_type), st.floats(0, 1e6), st.integers(0))
def test_any_frame_survives_json(event: Event, at_s: float, seq: int):
    frame = Frame(seq, at_s, event)
    back = from_json(json.loads(json.dumps(to_json(frame))))
    assert (back.seq, back.at_s) == (seq, pytest.approx(at_s, abs=1e-4))
    for name in type(event).__slots__:
        value = getattr(event, name)
        if value == value:  # a NaN is not
            assert getattr(back.event, name) == value


def test_fields_at_their_default_are_left_out():
    assert to_json(Frame(2, 0.12345678, Usage(output_tokens=3))) == {
        "seq": 2,
        "at_s": 0.1235,
        "type": "usage",
        "output_tokens": 3,
    }


def test_fields_that_are_not_known_are_ignored():
    frame = from_json({"seq": 1, "at_s": 0, "type": "text-delta", "text": "a", "colour": "red"})
    assert frame == Frame(1, 0.0, TextDelta("a"))


def test_whole_numbers_stand_for_seconds_and_fractions_too():
    data = {"seq": 1, "at_s": 0, "type": "progress", "fraction": 0, "source": "x", "tokens": 1}
    assert isinstance(from_json(data).event, Progress)
    assert isinstance(from_json({**EXAMPLES[0], "started_at": 1}).event, Start)


def test_a_word_of_a_newer_writer_is_kept():
    event = from_json({"seq": 1, "at_s": 0, "type": "end", "status": "paused"}).event
    assert isinstance(event, End)
    assert event.status == "paused"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"type": "file-delta"}, "Unknown frame type 'file-delta'; a newer nbstream wrote it."),
        ({}, "Unknown frame type None"),
        ({"type": ["end"]}, "Unknown frame type ['end']"),
        (
            {**EXAMPLES[0], "version": 2},
            "The stream is of version 2; this nbstream reads 1.",
        ),
        ({"type": "start", "model": "m", "started_at": 0}, "version None"),
        ({"seq": 1, "at_s": 0, "type": "text-delta"}, "text"),
        ({"seq": 1, "at_s": 0, "type": "text-delta", "text": 5}, "text is 5."),
        ({"seq": 1, "at_s": 0, "type": "usage", "output_tokens": "3"}, "output_tokens is '3'."),
        ({"at_s": 0, "type": "text-delta", "text": "a"}, "has no 'seq'."),
        ({"seq": "x", "at_s": 0, "type": "text-delta", "text": "a"}, "'x'"),
        ({"seq": 1, "at_s": None, "type": "text-delta", "text": "a"}, "not readable"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(data: dict[str, Any], sentence: str):
    with pytest.raises(WireError) as caught:
        from_json(data)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names_are_in_noun_action_form():
    assert wire.event_name(TextDelta("")) == "text-delta"
    assert wire.event_name(events.PhaseStart("x")) == "phase-start"
