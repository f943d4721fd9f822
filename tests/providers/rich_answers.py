"""Answers with all that a provider can say, in each adapter's protocol: they mean the same.

THOUGHTFUL thinks "Hm." and says "Yes.", of 9 tokens read 4 cached, of 8 written 5 thought; REFUSED
declines; CUT says "Yes." and ends at the limit of tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.speaking import sse


def _chat(delta: dict[str, Any], finish_reason: str | None = None, **fields: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return sse({"model": "loopback-1", "choices": [choice], **fields})


def _response(*events: dict[str, Any]) -> bytes:
    created = {"type": "response.created", "response": {"model": "loopback-1"}}
    return b"".join(sse(event, event["type"]) for event in (created, *events))


def _message(
    *blocks: tuple[str, dict[str, Any]], stop_reason: str, usage: dict[str, Any] | None = None
) -> bytes:
    message = {"id": "m", "model": "loopback-1", "role": "assistant", "content": []}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message}]
    for index, (kind, delta) in enumerate(blocks):
        block = {"type": kind, kind: ""}
        events += [
            {"type": "content_block_start", "index": index, "content_block": block},
            {"type": "content_block_delta", "index": index, "delta": delta},
            {"type": "content_block_stop", "index": index},
        ]
    end = {"stop_reason": stop_reason, "stop_sequence": None}
    events.append({"type": "message_delta", "delta": end, "usage": usage or {}})
    events.append({"type": "message_stop"})
    return b"".join(sse(event, event["type"]) for event in events)


def _gemini(*parts: dict[str, Any], finish_reason: str, **fields: Any) -> bytes:
    candidate = {"content": {"role": "model", "parts": list(parts)}, "finishReason": finish_reason}
    return sse({"candidates": [candidate], "modelVersion": "loopback-1", **fields})


THOUGHTFUL: Mapping[str, bytes] = {
    "openai-chat": _chat({"reasoning_content": "Hm."})
    + _chat({"content": "Yes."})
    + _chat(
        {},
        "stop",
        usage={
            "prompt_tokens": 9,
            "prompt_tokens_details": {"cached_tokens": 4},
            "completion_tokens": 8,
            "completion_tokens_details": {"reasoning_tokens": 5},
        },
    ),
    "openai-responses": _response(
        {"type": "response.reasoning_summary_text.delta", "summary_index": 0, "delta": "Hm."},
        {"type": "response.output_text.delta", "delta": "Yes."},
        {
            "type": "response.completed",
            "response": {
                "status": "completed",
                "usage": {
                    "input_tokens": 9,
                    "input_tokens_details": {"cached_tokens": 4},
                    "output_tokens": 8,
                    "output_tokens_details": {"reasoning_tokens": 5},
                },
            },
        },
    ),
    "anthropic": _message(
        ("thinking", {"type": "thinking_delta", "thinking": "Hm."}),
        ("text", {"type": "text_delta", "text": "Yes."}),
        stop_reason="end_turn",
        usage={
            "input_tokens": 9,
            "cache_read_input_tokens": 4,
            "output_tokens": 8,
            "output_tokens_details": {"thinking_tokens": 5},
        },
    ),
    "google": _gemini(
        {"text": "Hm.", "thought": True},
        {"text": "Yes."},
        finish_reason="STOP",
        usageMetadata={
            "promptTokenCount": 9,
            "cachedContentTokenCount": 4,
            "candidatesTokenCount": 8,
            "thoughtsTokenCount": 5,
        },
    ),
}

REFUSED: Mapping[str, tuple[bytes, str]] = {
    "openai-chat": (_chat({"refusal": "No."}) + _chat({}, "stop"), "refusal"),
    "openai-responses": (
        _response(
            {"type": "response.refusal.delta", "delta": "No."},
            {"type": "response.completed", "response": {"status": "completed"}},
        ),
        "refusal",
    ),
    "anthropic": (_message(stop_reason="refusal"), "refusal"),
    "google": (_gemini(finish_reason="SAFETY"), "SAFETY"),
}
"""With the stop reason."""

CUT: Mapping[str, tuple[bytes, str]] = {
    "openai-chat": (_chat({"content": "Yes."}) + _chat({}, "length"), "length"),
    "openai-responses": (
        _response(
            {"type": "response.output_text.delta", "delta": "Yes."},
            {
                "type": "response.incomplete",
                "response": {
                    "status": "incomplete",
                    "incomplete_details": {"reason": "max_output_tokens"},
                },
            },
        ),
        "max_output_tokens",
    ),
    "anthropic": (
        _message(("text", {"type": "text_delta", "text": "Yes."}), stop_reason="max_tokens"),
        "max_tokens",
    ),
    "google": (_gemini({"text": "Yes."}, finish_reason="MAX_TOKENS"), "MAX_TOKENS"),
}
"""With the stop reason."""
