"""The fold: the same frames give the same transcript, live or replayed, here or in the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.events import (
    End,
    Frame,
    Notice,
    PhaseStart,
    ReasoningDelta,
    Reset,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from nbstream.transcript import ToolCall, Transcript
from nbstream.wire import from_json, to_json
from tests.streams import numbered, streams, summary

STREAMS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "fixtures" / "streams.json").read_text()
)


@pytest.mark.parametrize("stream", STREAMS, ids=lambda s: s["name"])
def test_the_pages_transcript_and_the_kernels_are_the_same(stream: dict[str, Any]):
    transcript = Transcript(map(from_json, stream["frames"]))
    progress, end = transcript.progress, transcript.end
    assert {
        "status": transcript.status,
        "text": transcript.text,
        "reasoning": transcript.reasoning,
        "seq": transcript.seq,
        "at_s": transcript.at_s,
        "first_token_at_s": transcript.first_token_at_s,
        "phase": transcript.phase.phase if transcript.phase else None,
        "output_tokens": transcript.usage.output_tokens,
        "fraction": progress.fraction if progress else None,
        "tokens": progress.tokens if progress else None,
        "notices": [notice.text for notice in transcript.notices],
        "resets": len(transcript.resets),
        "error": end.error if end else None,
    } == stream["transcript"]


@given(streams())
def test_a_replay_from_json_gives_the_live_transcript(frames: list[Frame]):
    replayed = [from_json(json.loads(json.dumps(to_json(frame)))) for frame in frames]
    again = Transcript(replayed)
    live = Transcript(frames)
    assert (again.text, again.reasoning, again.tool_calls) == (
        live.text,
        live.reasoning,
        live.tool_calls,
    )
    assert (again.status, again.usage, again.phase, again.seq) == (
        live.status,
        live.usage,
        live.phase,
        live.seq,
    )


@given(streams(), st.data())
def test_frames_that_come_again_change_nothing(frames: list[Frame], data: st.DataObject):
    again: list[Frame] = []
    for at, frame in enumerate(frames):
        again.append(frame)
        if data.draw(st.booleans()):
            again.append(frames[data.draw(st.integers(0, at))])
    assert summary(Transcript(again)) == summary(Transcript(frames))


@given(streams())
def test_reading_it_at_any_time_changes_nothing(frames: list[Frame]):
    read = Transcript()
    for frame in frames:
        read.add(frame)
        assert len(read.text) == read.characters
        assert len(read.reasoning) == read.reasoning_characters
    assert summary(read) == summary(Transcript(frames))


def test_a_reset_drops_what_the_attempt_said_and_keeps_what_was_told_beside_it():
    transcript = Transcript(
        numbered(
            [
                Notice("info", "kept"),
                ReasoningDelta("Hm"),
                TextDelta("Wrong"),
                ToolCallDelta(0, "{}", "f"),
                Usage(1, 2),
                Reset(1, 0.5, "529"),
            ]
        )
    )
    assert (transcript.text, transcript.reasoning, transcript.tool_calls) == ("", "", ())
    assert (transcript.usage, transcript.status) == (Usage(1, 2), "waiting")
    assert transcript.notices == [Notice("info", "kept")]


def test_tool_calls_are_put_together_by_index():
    calls = [
        ToolCallDelta(1, "", "second", "b"),
        ToolCallDelta(0, '{"a"', "first", "a"),
        ToolCallDelta(1, "[]"),
        ToolCallDelta(0, ": 1}"),
    ]
    assert Transcript(numbered(calls)).tool_calls == (
        ToolCall("first", '{"a": 1}', "a"),
        ToolCall("second", "[]", "b"),
    )


def test_the_end_ends_the_phase_as_it_does_in_the_page():
    transcript = Transcript(numbered([PhaseStart("writing"), End("cancelled")]))
    assert transcript.phase is None
