"""Chat completions chunks, read without a server."""

from __future__ import annotations

from typing import Any

import pytest

from nbstream.events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from nbstream.provider import Ignored, ProviderEvent, Stop
from nbstream.providers.chat_chunks import ChatChunks
from nbstream.providers.error_answer import ErrorEvent


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


@pytest.mark.parametrize(
    ("reason", "truncated"),
    [("stop", False), ("length", True), ("model_length", True), ("max_tokens", True)],
)
def test_only_a_limit_is_truncated(reason: str, truncated: bool) -> None:
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


@pytest.mark.parametrize("reason", ["error", "abort", "insufficient_system_resource"])
def test_an_answer_that_the_server_gave_up_is_an_error(reason: str) -> None:
    with pytest.raises(ErrorEvent, match=reason):
        read(chunk(content="a"), chunk(reason))


@pytest.mark.parametrize("told", [{"message": "boom", "code": 500}, {"detail": "boom"}])
def test_what_is_no_chunk_and_says_what_went_wrong_is_an_error(told: dict[str, Any]) -> None:
    with pytest.raises(ErrorEvent):
        read(told)


def test_an_answer_in_one_piece_is_read_and_one_so_far_is_not() -> None:
    message = {"role": "assistant", "content": "All."}
    whole = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    assert read(whole) == [TextDelta("All."), Stop("stop")]
    so_far = {"choices": [{"index": 0, "message": message, "delta": {}, "finish_reason": "stop"}]}
    assert read(so_far) == [Stop("stop")]


def test_counts_that_are_no_numbers_are_none() -> None:
    usage = {"prompt_tokens": "12", "completion_tokens": 3.0, "prompt_tokens_details": None}
    assert read({"choices": [], "usage": usage}) == [Usage(12, 3)]
    assert read({"choices": [], "usage": {"prompt_tokens": "many"}}) == [Usage()]


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


def test_content_in_parts_is_read_from_a_server_that_is_known_to_send_it() -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    reading = ChatChunks(parts=True)
    assert reading.read(chunk(content=[thought])) == [ReasoningDelta("Hm.")]
    parts = [{"type": "text", "text": "4"}, {"type": "reference", "reference_ids": [1]}]
    assert reading.read(chunk(content=parts)) == [TextDelta("4"), Ignored("reference")]


def test_arguments_that_are_no_text_are_written_as_json() -> None:
    function = {"name": "f", "arguments": {"a": "ü"}}
    (event,) = read(chunk(tool_calls=[{"index": 0, "id": "1", "function": function}]))
    assert event == ToolCallDelta(0, '{"a": "ü"}', "f", "1")


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
