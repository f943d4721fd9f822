"""The reading of a Responses stream, event by event."""

from __future__ import annotations

from typing import Any

import pytest

from nbstream.events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from nbstream.provider import ProviderEvent, Served, Stop
from nbstream.providers.response_events import ErrorEvent, ResponseEvents


def read(*chunks: dict[str, Any]) -> tuple[list[ProviderEvent], Stop | None]:
    reading = ResponseEvents()
    return [event for chunk in chunks for event in reading.read(chunk)], reading.stop


def ended(kind: str, **response: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "response": {"status": kind, **response}}


def call(place: int, **fields: Any) -> dict[str, Any]:
    item = {"type": "function_call", "name": "look", "call_id": f"call_{place}", "arguments": ""}
    return {"type": "response.output_item.added", "output_index": place, "item": item | fields}


def arguments(place: int, piece: str) -> dict[str, Any]:
    kind = "response.function_call_arguments.delta"
    return {"type": kind, "output_index": place, "delta": piece}


def test_summaries_and_thoughts_are_reasoning_and_each_summary_a_paragraph() -> None:
    events, _ = read(
        {"type": "response.reasoning_summary_part.added", "summary_index": 0},
        {"type": "response.reasoning_summary_text.delta", "summary_index": 0, "delta": "First."},
        {"type": "response.reasoning_summary_part.added", "summary_index": 1},
        {"type": "response.reasoning_summary_text.delta", "summary_index": 1, "delta": "Then."},
        {"type": "response.reasoning_text.delta", "delta": "So"},
    )
    said = [event.text for event in events if isinstance(event, ReasoningDelta)]
    assert said == ["First.", "\n\n", "Then.", "So"]


MESSAGE = {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}
TEXT_DONE = {"type": "response.output_text.done", "text": "Hello"}
PART_DONE = {"type": "response.content_part.done", "part": MESSAGE["content"][0]}
ITEM_DONE = {"type": "response.output_item.done", "output_index": 0, "item": MESSAGE}
DELTA = {"type": "response.output_text.delta", "delta": "Hello"}


@pytest.mark.parametrize("first", range(5))
def test_a_text_is_said_once_wherever_it_stands_first(first: int) -> None:
    whole = ended("completed", output=[MESSAGE])
    events, stop = read(*[DELTA, TEXT_DONE, PART_DONE, ITEM_DONE, whole][first:])
    assert events == [TextDelta("Hello")]
    assert stop == Stop("completed")


def test_a_message_that_comes_whole_after_one_in_pieces_is_read() -> None:
    events, _ = read(DELTA, ITEM_DONE, {**ITEM_DONE, "output_index": 1})
    assert events == [TextDelta("Hello")] * 2


def test_a_refusal_that_comes_whole_is_read() -> None:
    events, stop = read({"type": "response.refusal.done", "refusal": "No."}, ended("completed"))
    assert events[1:] == [TextDelta("No.")]
    assert stop == Stop("refusal")


def test_a_thought_that_comes_whole_is_no_text() -> None:
    part = {"type": "reasoning_text", "text": "Hm."}
    assert read({"type": "response.content_part.done", "part": part})[0] == []


def test_a_call_that_comes_whole_at_its_end_is_read() -> None:
    item = {"type": "function_call", "name": "f", "call_id": "c", "arguments": "{}"}
    done = {"type": "response.output_item.done", "output_index": 0, "item": item}
    events, _ = read(done)
    assert events == [ToolCallDelta(0, name="f", id="c"), ToolCallDelta(0, "{}")]


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_response_that_failed_under_another_name_is_an_error(status: str) -> None:
    whole = {"type": "response.completed", "response": {"status": status}}
    with pytest.raises(ErrorEvent):
        read(DELTA, whole)


def test_an_incomplete_response_without_a_reason_is_truncated() -> None:
    assert read(ended("incomplete"))[1] == Stop("incomplete", truncated=True)


def test_a_refusal_is_shown_with_one_notice_and_is_the_stop_reason() -> None:
    events, stop = read(
        {"type": "response.refusal.delta", "delta": "I "},
        {"type": "response.refusal.delta", "delta": "won't."},
        ended("completed"),
    )
    assert events == [
        Notice("warning", "The model declined to answer."),
        TextDelta("I "),
        TextDelta("won't."),
    ]
    assert stop == Stop("refusal")


@pytest.mark.parametrize(
    ("reason", "truncated", "notices"),
    [("max_output_tokens", True, 0), ("content_filter", False, 1)],
)
def test_an_incomplete_answer_says_why(reason: str, truncated: bool, notices: int) -> None:
    events, stop = read(ended("incomplete", incomplete_details={"reason": reason}))
    assert stop == Stop(reason, truncated=truncated)
    assert len([event for event in events if isinstance(event, Notice)]) == notices


def test_usage_counts_cached_and_reasoning_tokens() -> None:
    usage = {
        "input_tokens": 9,
        "input_tokens_details": {"cached_tokens": 4},
        "output_tokens": 8,
        "output_tokens_details": {"reasoning_tokens": 5},
    }
    events, _ = read(ended("completed", usage=usage))
    assert events == [Usage(9, 8, 4, 5)]


def test_a_calls_arguments_come_in_pieces() -> None:
    events, _ = read(
        call(1), arguments(1, '{"a"'), call(2), arguments(1, ": 1}"), arguments(2, "{}")
    )
    assert events == [
        ToolCallDelta(0, name="look", id="call_1"),
        ToolCallDelta(0, '{"a"'),
        ToolCallDelta(1, name="look", id="call_2"),
        ToolCallDelta(0, ": 1}"),
        ToolCallDelta(1, "{}"),
    ]


def test_arguments_in_one_piece_at_the_calls_end_come_once() -> None:
    item = {"type": "function_call", "arguments": "{}"}
    events, _ = read(
        call(1),
        {"type": "response.function_call_arguments.done", "output_index": 1, "arguments": "{}"},
        {"type": "response.output_item.done", "output_index": 1, "item": item},
    )
    assert events == [ToolCallDelta(0, name="look", id="call_1"), ToolCallDelta(0, "{}")]


def test_a_second_response_counts_its_places_anew() -> None:
    events, _ = read(
        call(0),
        {"type": "response.created", "response": {"model": "m"}},
        call(0),
        arguments(0, "{}"),
    )
    assert events[1:] == [
        Served("m"),
        ToolCallDelta(1, name="look", id="call_0"),
        ToolCallDelta(1, "{}"),
    ]


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "error", "code": "server_error", "message": "sorry"},
        {"type": "error", "error": {"code": "server_error", "message": "sorry"}},
        ended("failed", error={"code": "server_error", "message": "sorry"}),
    ],
    ids=["event", "nested", "failed"],
)
def test_a_failure_is_raised_with_its_facts(chunk: dict[str, Any]) -> None:
    with pytest.raises(ErrorEvent) as raised:
        read(chunk)
    assert raised.value.body.items() >= {"code": "server_error", "message": "sorry"}.items()


def test_events_not_known_say_nothing() -> None:
    assert read({"type": "response.web_search_call.searching"}) == ([], None)


def test_calls_of_a_server_that_does_not_count_its_output_are_told_apart_by_their_names() -> None:
    begin = {key: value for key, value in call(0).items() if key != "output_index"}
    kind = "response.function_call_arguments.delta"
    events, _ = read(
        begin,
        {"type": kind, "item_id": "call_0", "delta": "{}"},
        {**begin, "item": begin["item"] | {"call_id": "call_1"}},
        {"type": kind, "item_id": "call_1", "delta": "[]"},
    )
    assert [(e.index, e.arguments) for e in events if isinstance(e, ToolCallDelta)] == [
        *((0, ""), (0, "{}"), (1, ""), (1, "[]")),
    ]


def test_a_model_named_only_in_the_end_is_the_one_that_served() -> None:
    events, stop = read(ended("created"), ended("completed", model="m"))
    assert (events, stop) == ([Served("m")], Stop("completed"))
