"""Chat completions chunks, read without a server."""

from __future__ import annotations

from typing import Any

import pytest

from nbstream.events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from nbstream.provider import ProviderEvent, Stop
from nbstream.providers.chat_chunks import ChatChunks


def chunk(finish_reason: str | None = None, index: int | None = 0, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": delta, "finish_reason": finish_reason}]}


def read(*chunks: dict[str, Any]) -> list[ProviderEvent]:
    reading = ChatChunks()
    events = [event for each in chunks for event in reading.read(each)]
    return events if reading.stop is None else [*events, reading.stop]


def test_only_the_first_choice_is_read() -> None:
    assert read(chunk(content="a"), chunk(content="b", index=1)) == [TextDelta("a")]


def test_a_choice_without_a_number_is_the_first() -> None:
    assert read(chunk(content="a", index=None)) == [TextDelta("a")]


def test_thoughts_under_both_names_are_taken_once() -> None:
    both = chunk(reasoning="x", reasoning_content="x")
    assert read(both, chunk(reasoning="y")) == [ReasoningDelta("x"), ReasoningDelta("y")]


def test_a_chunk_may_hold_thoughts_and_text() -> None:
    assert read(chunk(reasoning="x", content="a")) == [ReasoningDelta("x"), TextDelta("a")]


@pytest.mark.parametrize(("reason", "truncated"), [("stop", False), ("length", True)])
def test_only_length_is_truncated(reason: str, truncated: bool) -> None:
    assert read(chunk(reason)) == [Stop(reason, truncated)]


def test_usage_after_the_finish_reason_is_read_and_a_repeated_one_is_not() -> None:
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 4,
        "prompt_tokens_details": {"cached_tokens": 8},
        "completion_tokens_details": {"reasoning_tokens": 3},
    }
    after = {"choices": [], "usage": usage}
    assert read(chunk("stop"), after, after) == [Usage(9, 4, 8, 3), Stop("stop")]


def test_a_content_filter_is_noticed() -> None:
    notice, stop = read(chunk("content_filter"))
    assert isinstance(notice, Notice)
    assert stop == Stop("content_filter")


def test_a_refusal_is_noticed_once_and_shown() -> None:
    events = read(chunk(refusal="I "), chunk(refusal="can't."))
    assert events[1:] == [TextDelta("I "), TextDelta("can't.")]
    assert isinstance(events[0], Notice)


def test_content_in_parts_is_noticed_once() -> None:
    parts = chunk(content=[{"type": "text", "text": "a"}])
    events = read(parts, parts)
    assert [type(event) for event in events] == [Notice]


def call(arguments: str, **fields: Any) -> dict[str, Any]:
    name = fields.pop("name", None)
    return chunk(tool_calls=[{**fields, "function": {"name": name, "arguments": arguments}}])


def test_the_pieces_of_parallel_calls_keep_their_call() -> None:
    assert read(
        call("", index=0, id="x", name="f"),
        call("{", index=0, id="", name=""),
        call("", index=1, id="y", name="g"),
        call("}", index=0, id="x", name="f"),
    ) == [
        ToolCallDelta(0, "", "f", "x"),
        ToolCallDelta(0, "{"),
        ToolCallDelta(1, "", "g", "y"),
        ToolCallDelta(0, "}"),
    ]


def test_without_an_index_a_new_id_begins_a_new_call() -> None:
    assert read(
        call("{", id="x", name="f"),
        call("}"),
        call("[]", id="y", name="g"),
    ) == [
        ToolCallDelta(0, "{", "f", "x"),
        ToolCallDelta(0, "}"),
        ToolCallDelta(1, "[]", "g", "y"),
    ]


def test_an_empty_model_name_is_no_model() -> None:
    assert read({"choices": [], "model": ""}) == []
