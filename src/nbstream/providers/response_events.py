"""The events of a Responses stream, read into ours. No I/O."""

from __future__ import annotations

from typing import Any

from ..events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from ..provider import Ignored, ProviderEvent, Served, Stop
from .counts import count
from .error_answer import ErrorEvent

# Kinds that are known and say nothing here: the provider's own tools, beginnings and repetitions.
_UNSPOKEN = (
    *("response.audio", "response.code_interpreter_call", "response.compaction"),
    *("response.content_part", "response.custom_tool_call_input", "response.file_search_call"),
    *("response.image_generation_call", "response.in_progress", "response.mcp_"),
    *("response.output_text.", "response.queued", "response.reasoning_", "response.refusal."),
    *("response.shell_call", "response.web_search_call", "keepalive"),
)

_NO_TEXT = frozenset({"reasoning_text", "summary_text"})


class ResponseEvents:
    """One stream's reading. The terminal marker is `response.completed`, or `.incomplete`, whose
    reason is then the stop reason; where responses follow each other the last one's holds.

    Function calls are the only tool calls: the provider's own tools answer themselves. Text and
    calls that come whole, in no delta, are taken from where they stand first.
    """

    def __init__(self) -> None:
        self.request_id = ""
        self.stop: Stop | None = None
        self._is_named = False
        self._calls: dict[object, int] = {}
        self._unsaid: set[object] = set()
        self._call_count = 0
        self._is_refused = False
        self._says = False
        self._has_said = False

    def read(self, chunk: dict[str, Any]) -> list[ProviderEvent]:
        """What the event says; nothing for those not known. Raises ErrorEvent where it is an
        error, TypeError and its like where it is of another shape."""
        match chunk["type"]:
            case "response.output_text.delta":
                self._says = True
                return [TextDelta(_text(chunk["delta"]))]
            case "response.output_text.done" | "response.refusal.done":
                return self._part(chunk)
            case "response.content_part.done":
                return self._part(chunk["part"])
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                return [ReasoningDelta(_text(chunk["delta"]))]
            case "response.reasoning_summary_part.added" if chunk.get("summary_index"):
                return [ReasoningDelta("\n\n")]  # each part is a paragraph
            case "response.refusal.delta":
                return self._refusal(chunk["delta"])
            case "response.output_item.added":
                return self._begin(_place(chunk), chunk["item"])
            case "response.function_call_arguments.delta":
                return self._arguments(_place(chunk), chunk["delta"])
            case "response.function_call_arguments.done":
                return self._whole(_place(chunk), chunk.get("arguments"))
            case "response.output_item.done":
                return self._item(_place(chunk), chunk["item"])
            case "response.created":
                self._calls, self._unsaid = {}, set()
                return self._served(chunk["response"])
            case "response.completed" | "response.incomplete":
                return self._conclude(chunk["response"])
            case "response.failed" | "response.cancelled":
                raise _failure(chunk["response"])
            case "error":
                raise ErrorEvent(chunk.get("error") or chunk)
            case kind:
                return [] if kind.startswith(_UNSPOKEN) else [Ignored(kind)]

    def _served(self, response: dict[str, Any]) -> list[ProviderEvent]:
        """Some servers name the model only in the end."""
        model = response.get("model") or ""
        self._is_named = bool(model)
        return [Served(model, self.request_id)] if model or self.request_id else []

    def _begin(self, place: object, item: dict[str, Any]) -> list[ProviderEvent]:
        if item["type"] != "function_call":
            return []
        index = self._calls[place] = self._call_count
        self._call_count += 1
        self._unsaid.add(place)
        return [ToolCallDelta(index, name=item["name"], id=item.get("call_id") or "")]

    def _arguments(self, place: object, piece: str) -> list[ProviderEvent]:
        events: list[ProviderEvent] = []
        if place not in self._calls:
            events += self._begin(place, {"type": "function_call", "name": ""})
        self._unsaid.discard(place)
        return [*events, ToolCallDelta(self._calls[place], _text(piece))]

    def _part(self, part: dict[str, Any]) -> list[ProviderEvent]:
        """A part of a message, where no delta said it."""
        text, refusal = part.get("text"), part.get("refusal")
        if self._says or part["type"] in _NO_TEXT or not (text or refusal):
            return []
        self._says = True
        return self._refusal(_text(refusal)) if refusal else [TextDelta(_text(text))]

    def _item(self, place: object, item: dict[str, Any]) -> list[ProviderEvent]:
        """The end of an item of the output, the only word of it from some servers."""
        if item["type"] == "message":
            return self._message(item)
        events = [] if place in self._calls else self._begin(place, item)
        return events + self._whole(place, item.get("arguments"))

    def _message(self, item: dict[str, Any]) -> list[ProviderEvent]:
        said, events = self._says, list[ProviderEvent]()
        for part in item.get("content") or ():
            self._says = said
            events += self._part(part)
        # The next message may come in another way.
        self._says, self._has_said = False, self._has_said or said or bool(events)
        return events

    def _whole(self, place: object, arguments: object) -> list[ProviderEvent]:
        """Some servers send a call's arguments in one piece, and only at its end."""
        if place not in self._unsaid or not arguments:
            return []
        return self._arguments(place, _text(arguments))

    def _refusal(self, text: str) -> list[ProviderEvent]:
        events: list[ProviderEvent] = []
        self._says = True
        if not self._is_refused:
            self._is_refused = True
            events.append(Notice("warning", "The model declined to answer."))
        return [*events, TextDelta(_text(text))]

    def _conclude(self, response: dict[str, Any]) -> list[ProviderEvent]:
        if response.get("status") in {"failed", "cancelled"}:
            raise _failure(response)
        events: list[ProviderEvent] = []
        if not (self._says or self._has_said):
            for item in response.get("output") or ():
                events += self._message(item) if item.get("type") == "message" else []
        details: dict[str, Any] = response.get("incomplete_details") or {}
        reason = details.get("reason") or response.get("status") or "completed"
        if self._is_refused and reason == "completed":
            reason = "refusal"
        if reason == "content_filter":
            events.append(Notice("warning", "The provider's content filter ended the answer."))
        if not self._is_named and response.get("model"):
            events += self._served(response)
        if usage := response.get("usage"):
            events.append(_usage(usage))
        self.stop = Stop(_text(reason), truncated=reason in {"max_output_tokens", "incomplete"})
        return events


def _failure(response: dict[str, Any]) -> ErrorEvent:
    cancelled = response.get("status") == "cancelled"
    said = {"message": "The response was cancelled on the server."} if cancelled else {}
    return ErrorEvent(response.get("error") or said)


def _place(chunk: dict[str, Any]) -> object:
    """What says to which item of the output an event belongs; llama.cpp's server does not count
    them, and calls the same item by other names."""
    item: dict[str, Any] = chunk.get("item") or {}
    for name in (chunk.get("output_index"), chunk.get("item_id"), item.get("id")):
        if name is not None:
            return name
    return item.get("call_id")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value


def _usage(usage: dict[str, Any]) -> Usage:
    read: dict[str, Any] = usage.get("input_tokens_details") or {}
    written: dict[str, Any] = usage.get("output_tokens_details") or {}
    return Usage(
        input_tokens=count(usage.get("input_tokens")),
        output_tokens=count(usage.get("output_tokens")),
        cached_input_tokens=count(read.get("cached_tokens")),
        reasoning_tokens=count(written.get("reasoning_tokens")),
    )
