"""The reading of a Gemini stream, chunk by chunk."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.genai.types import GenerateContentResponse

from nbstream.events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from nbstream.provider import ProviderEvent, Served, Stop
from nbstream.providers.gemini_chunks import GeminiChunks


def read(*chunks: dict[str, Any]) -> tuple[list[ProviderEvent], Stop | None]:
    reading = GeminiChunks()
    parsed = [GenerateContentResponse.model_validate(chunk) for chunk in chunks]
    return [event for chunk in parsed for event in reading.read(chunk)], reading.stop


def parts(*parts: dict[str, Any], **candidate: Any) -> dict[str, Any]:
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, **candidate}]}


def call(**fields: Any) -> dict[str, Any]:
    return parts({"functionCall": fields})


def value(path: str, *, more: bool = True, **fields: Any) -> dict[str, Any]:
    return call(partialArgs=[{"jsonPath": path, **fields}], willContinue=more)


def test_a_thought_is_reasoning_and_no_text() -> None:
    events, _ = read(parts({"text": "Hm.", "thought": True}, {"text": "Yes."}))
    assert events == [ReasoningDelta("Hm."), TextDelta("Yes.")]


def test_the_model_and_the_responses_id_are_said_once() -> None:
    named = {"modelVersion": "gemini-x", "responseId": "r1"}
    events, _ = read(named, named)
    assert events == [Served("gemini-x", "r1")]


@pytest.mark.parametrize(
    ("reason", "truncated", "notice"),
    [
        ("STOP", False, None),
        ("MAX_TOKENS", True, None),
        ("SAFETY", False, "Google stopped the answer (SAFETY)."),
        ("RECITATION", False, "Google stopped the answer (RECITATION)."),
        ("MALFORMED_FUNCTION_CALL", False, "The answer ended early (MALFORMED_FUNCTION_CALL)."),
    ],
)
def test_a_finish_reason_is_the_stop_reason(
    reason: str, truncated: bool, notice: str | None
) -> None:
    events, stop = read(parts({"text": "A"}, finishReason=reason))
    assert stop == Stop(reason, truncated=truncated)
    assert [event.text for event in events if isinstance(event, Notice)] == [notice] * bool(notice)


def test_a_blocked_prompt_ends_the_answer_and_says_so() -> None:
    events, stop = read({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
    assert stop == Stop("PROHIBITED_CONTENT")
    assert events == [Notice("warning", "Google blocked the prompt (PROHIBITED_CONTENT).")]


def test_usage_counts_cached_and_thought_tokens_and_is_said_when_it_changes() -> None:
    counts = {
        "promptTokenCount": 9,
        "candidatesTokenCount": 8,
        "cachedContentTokenCount": 4,
        "thoughtsTokenCount": 5,
    }
    traffic = {"usageMetadata": {"trafficType": "ON_DEMAND"}}
    events, _ = read(traffic, {"usageMetadata": counts}, {"usageMetadata": counts})
    assert events == [Usage(9, 8, 4, 5)]


def test_only_the_first_candidate_is_read() -> None:
    both = parts({"text": "one"})
    both["candidates"] += parts({"text": "two"})["candidates"]
    assert read(both)[0] == [TextDelta("one")]
    both["candidates"][0]["index"] = 1
    assert read(both)[0] == [TextDelta("two")]


def test_a_whole_call_comes_in_one_piece() -> None:
    events, _ = read(call(name="look", args={"at": "é"}, id="c1"), call(name="stop"))
    assert events == [
        ToolCallDelta(0, '{"at": "é"}', "look", "c1"),
        ToolCallDelta(1, "{}", "stop"),
    ]


def test_a_call_in_pieces_gets_its_arguments_from_the_paths() -> None:
    events, _ = read(
        call(name="write", willContinue=True),
        value("$.items[0].name", stringValue="App", willContinue=True),
        value("$.items[0].name", stringValue="le"),
        value("$.items[1].price", numberValue=0.5),
        value("$.done", boolValue=False),
        value("$.note", nullValue="NULL_VALUE", more=False),
        call(name="look"),
    )
    assert events[0] == ToolCallDelta(0, name="write")
    assert isinstance(events[1], ToolCallDelta)
    assert json.loads(events[1].arguments) == {
        "items": [{"name": "Apple"}, {"price": 0.5}],
        "done": False,
        "note": None,
    }
    assert events[2:] == [ToolCallDelta(1, "{}", "look")]


def test_a_call_whose_end_is_missing_ends_with_the_answer() -> None:
    events, _ = read(
        call(name="write", willContinue=True),
        value("$.a", stringValue="b"),
        parts({"text": ""}, finishReason="STOP"),
    )
    assert events == [ToolCallDelta(0, name="write"), ToolCallDelta(0, '{"a": "b"}')]


@pytest.mark.parametrize("path", ["", "$", "$[0]", "$.a[99999999]"])
def test_a_path_that_is_none_is_nonsense(path: str) -> None:
    with pytest.raises(ValueError, match=r"path|list"):
        read(call(name="write", willContinue=True), value(path, stringValue="b"))
