"""The events of a Messages stream, read into ours. No I/O."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from ..provider import Ignored, ProviderEvent, Served, Stop
from .counts import count

_TRUNCATED = frozenset({"max_tokens", "model_context_window_exceeded"})


@dataclass(slots=True)
class _Call:
    """A tool call under way. `whole` is its input where it came in one piece."""

    index: int
    whole: dict[str, Any]


class MessageEvents:
    """One stream's reading. `message_stop` is the terminal marker: the stop reason before it may
    still be followed by nothing.

    Calls of the provider's own tools (search, code execution) are no tool calls here: nobody is
    asked to answer them. Blocks are counted from the stream's first, as the SDK counts them, also
    where a second message was spliced into the stream.
    """

    def __init__(self) -> None:
        self.request_id = ""
        self.stop: Stop | None = None
        self._reason = ""
        self._usage: dict[str, Any] = {}
        self._blocks: list[_Call | None] = []
        self._call_count = 0

    def read(self, chunk: dict[str, Any]) -> list[ProviderEvent]:
        """What the event says; nothing for those not known. Raises TypeError and its like where
        it is of another shape."""
        match chunk["type"]:
            case "content_block_delta":
                return self._delta(chunk)
            case "content_block_start":
                return self._begin(chunk["content_block"])
            case "content_block_stop":
                return self._end(chunk["index"])
            case "message_start":
                message = chunk["message"]
                served = Served(message.get("model") or "", self.request_id)
                return [served, *self._count(message.get("usage"))]
            case "message_delta":
                return self._conclude(chunk)
            case "message_stop":
                self.stop = Stop(self._reason, truncated=self._reason in _TRUNCATED)
            case "ping":
                pass
            case kind:
                return [Ignored(kind)]
        return []

    def _delta(self, chunk: dict[str, Any]) -> list[ProviderEvent]:
        delta = chunk["delta"]
        match delta["type"]:
            case "text_delta":
                return [TextDelta(_text(delta["text"]))]
            case "thinking_delta":
                return [ReasoningDelta(_text(delta["thinking"]))]
            case "input_json_delta":
                place: int = chunk["index"]
                call, piece = self._blocks[place], _text(delta["partial_json"])
                if call and piece:
                    call.whole = {}
                    return [ToolCallDelta(call.index, piece)]
            case "signature_delta" | "citations_delta" | "compaction_delta":
                pass
            case kind:
                return [Ignored(kind)]
        return []

    def _begin(self, block: dict[str, Any]) -> list[ProviderEvent]:
        self._blocks.append(None)
        match block["type"]:
            case "text" if block.get("text"):
                return [TextDelta(_text(block["text"]))]
            case "thinking" if block.get("thinking"):
                return [ReasoningDelta(_text(block["thinking"]))]
            case "tool_use":
                call = self._blocks[-1] = _Call(self._call_count, block.get("input") or {})
                self._call_count += 1
                return [ToolCallDelta(call.index, name=block["name"], id=block["id"])]
            case "fallback":
                return [Served(block["to"]["model"], self.request_id)]
            case _:
                return []

    def _end(self, index: int) -> list[ProviderEvent]:
        call = self._blocks[index]
        if call is None or not call.whole:
            return []
        whole, call.whole = call.whole, {}
        return [ToolCallDelta(call.index, json.dumps(whole))]

    def _conclude(self, chunk: dict[str, Any]) -> list[ProviderEvent]:
        events: list[ProviderEvent] = list(self._count(chunk.get("usage")))
        delta = chunk["delta"]
        self._reason = delta.get("stop_reason") or self._reason
        if self._reason == "refusal":
            details: dict[str, Any] = delta.get("stop_details") or {}
            why = details.get("explanation") or ""
            events.append(Notice("warning", f"The model declined to answer. {why}".rstrip()))
        return events

    def _count(self, usage: dict[str, Any] | None) -> list[Usage]:
        """The counts are totals so far; what a later one leaves out still holds."""
        if not usage:
            return []
        self._usage.update((name, value) for name, value in usage.items() if value is not None)
        details: dict[str, Any] = self._usage.get("output_tokens_details") or {}
        return [
            Usage(
                input_tokens=count(self._usage.get("input_tokens")),
                output_tokens=count(self._usage.get("output_tokens")),
                cached_input_tokens=count(self._usage.get("cache_read_input_tokens")),
                reasoning_tokens=count(details.get("thinking_tokens")),
            )
        ]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value
