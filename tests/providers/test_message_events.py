"""Messages events, read without a server."""

from __future__ import annotations

from typing import Any

import pytest

from nbstream.events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from nbstream.provider import Ignored, ProviderEvent, Served, Stop
from nbstream.providers.message_events import MessageEvents


def begin(index: int, **block: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index: int, **delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def end(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def conclude(reason: str | None, usage: Any = None, **fields: Any) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason, **fields}, "usage": usage}


STOP = {"type": "message_stop"}


def read(*chunks: dict[str, Any]) -> list[ProviderEvent]:
    reading = MessageEvents()
    events = [event for each in chunks for event in reading.read(each)]
    return events if reading.stop is None else [*events, reading.stop]


@pytest.mark.parametrize(
    ("reason", "truncated"),
    [
        ("end_turn", False),
        ("stop_sequence", False),
        ("tool_use", False),
        ("pause_turn", False),
        ("max_tokens", True),
        ("model_context_window_exceeded", True),
    ],
)
def test_the_reason_counts_once_the_message_has_stopped(reason: str, truncated: bool) -> None:
    assert read(conclude(reason)) == []
    assert read(conclude(reason), STOP) == [Stop(reason, truncated)]


def test_counts_left_out_later_still_hold() -> None:
    first = {"input_tokens": 9, "output_tokens": 1, "cache_read_input_tokens": 4}
    later = {
        "output_tokens": 7,
        "input_tokens": None,
        "output_tokens_details": {"thinking_tokens": 2},
    }
    start = {"type": "message_start", "message": {"model": "m", "usage": first}}
    assert read(start, conclude("end_turn", later)) == [
        Served("m", ""),
        Usage(9, 1, 4, None),
        Usage(9, 7, 4, 2),
    ]


def test_text_and_thoughts_of_a_blocks_beginning_count() -> None:
    assert read(
        begin(0, type="thinking", thinking="x"),
        delta(0, type="thinking_delta", thinking="y"),
        begin(1, type="text", text="a"),
        delta(1, type="text_delta", text="b"),
    ) == [ReasoningDelta("x"), ReasoningDelta("y"), TextDelta("a"), TextDelta("b")]


def test_only_calls_of_the_callers_tools_are_tool_calls() -> None:
    assert read(
        begin(0, type="server_tool_use", id="s", name="search", input={}),
        delta(0, type="input_json_delta", partial_json='{"q":1}'),
        end(0),
        begin(1, type="tool_use", id="t", name="f", input={}),
        delta(1, type="input_json_delta", partial_json=""),
        delta(1, type="input_json_delta", partial_json='{"a":1}'),
        end(1),
        begin(2, type="tool_use", id="u", name="g", input={}),
        end(2),
    ) == [
        ToolCallDelta(0, "", "f", "t"),
        ToolCallDelta(0, '{"a":1}'),
        ToolCallDelta(1, "", "g", "u"),
    ]


def test_an_input_that_came_in_one_piece_is_said_once() -> None:
    whole = begin(0, type="tool_use", id="t", name="f", input={"a": 1})
    assert read(whole, end(0), end(0)) == [
        ToolCallDelta(0, "", "f", "t"),
        ToolCallDelta(0, '{"a": 1}'),
    ]


def test_pieces_of_an_input_go_before_what_its_beginning_held() -> None:
    assert read(
        begin(0, type="tool_use", id="t", name="f", input={"a": 0}),
        delta(0, type="input_json_delta", partial_json='{"a":1}'),
        end(0),
    ) == [ToolCallDelta(0, "", "f", "t"), ToolCallDelta(0, '{"a":1}')]


def test_a_refusal_says_why() -> None:
    refused = conclude("refusal", stop_details={"explanation": "Not this."})
    assert read(refused, STOP) == [
        Notice("warning", "The model declined to answer. Not this."),
        Stop("refusal"),
    ]


def test_a_fallback_says_which_model_answers() -> None:
    block = begin(0, type="fallback", to={"model": "other"}, **{"from": {"model": "m"}})
    assert read(block) == [Served("other", "")]


def test_what_is_not_known_is_only_named() -> None:
    assert read(
        {"type": "ping"},
        {"type": "something_new", "x": 1},
        begin(0, type="new_block"),
        delta(0, type="new_delta", x=1),
        end(0),
    ) == [Ignored("something_new"), Ignored("new_delta")]
