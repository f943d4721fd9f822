"""A snapshot folds to what the frames folded to, wherever the stream is."""

from __future__ import annotations

import json

from hypothesis import given

from nbstream.events import Frame, TextDelta, ToolCallDelta
from nbstream.snapshot import missing, snapshot
from nbstream.transcript import Transcript
from nbstream.wire import from_json
from tests.streams import numbered, streams, summary


@given(streams())
def test_at_every_prefix_a_snapshot_folds_to_the_same_transcript(frames: list[Frame]):
    transcript = Transcript()
    for frame in (None, *frames):
        if frame is not None:
            transcript.add(frame)
        taken = [from_json(data) for data in json.loads(json.dumps(snapshot(transcript)))]
        folded = Transcript(taken)
        assert summary(folded) == summary(transcript)


def test_a_tool_call_goes_on_under_its_own_number_after_a_snapshot():
    frames = numbered([ToolCallDelta(1, "a", "f"), ToolCallDelta(0, "b", "g")])
    taken = Transcript(from_json(data) for data in snapshot(Transcript(frames[:2])))
    taken.add(frames[2])
    assert taken.tool_calls == Transcript(frames).tool_calls


@given(streams())
def test_a_snapshots_numbers_are_the_streams_last_ones(frames: list[Frame]):
    taken = snapshot(Transcript(frames))
    numbers = [data["seq"] for data in taken]
    assert numbers == list(range(frames[-1].seq - len(taken) + 1, frames[-1].seq + 1))
    assert numbers[0] >= 0


def test_a_tool_call_in_the_first_moment_keeps_its_time():
    frames = [
        Frame(f.seq, 0.0 if f.seq < 2 else 3.0, f.event)
        for f in numbered([ToolCallDelta(0, "{", "f"), TextDelta("a")])
    ]
    folded = Transcript(map(from_json, snapshot(Transcript(frames))))
    assert folded.first_token_at_s == 0.0


def test_a_long_text_is_one_frame():
    frames = numbered([TextDelta("word ") for _ in range(500)])
    taken = snapshot(Transcript(frames))
    assert [data["type"] for data in taken].count("text-delta") == 1


@given(streams(), streams())
def test_what_is_missing_takes_any_prefix_on_to_the_snapshot(
    frames: list[Frame], shorter: list[Frame]
):
    before = Transcript(frames[: len(shorter)])
    text = before.text
    rest = missing(before, [from_json(data) for data in snapshot(Transcript(frames))])
    for frame in rest:
        before.add(frame)
    whole = Transcript(frames)
    assert (before.text, before.reasoning) == (whole.text, whole.reasoning)
    assert (before.resets, before.notices) == (whole.resets, whole.notices)
    assert (before.end, before.usage) == (whole.end, whole.usage)
    assert before.tool_calls == whole.tool_calls
    if not any(frame.event == reset for frame in rest for reset in whole.resets):
        said = "".join(f.event.text for f in rest if isinstance(f.event, TextDelta))
        assert text + said == whole.text
