"""The chunks of a chat completions stream, read into events. No I/O."""

from __future__ import annotations

from typing import Any

from ..events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from ..provider import Ignored, ProviderEvent, Served, Stop
from .error_answer import ErrorEvent

# A chunk with none of these is none.
_FIELDS = frozenset({"choices", "usage", "model"})


class ChatChunks:
    """One stream's reading. `finish_reason` is the terminal marker; the usage comes after it.

    Only choice 0 is read. `reasoning_content` (DeepSeek, Qwen, xAI, llama.cpp) and `reasoning`
    (Groq, OpenRouter, vLLM) are what the model thought.
    """

    def __init__(self) -> None:
        self.request_id = ""
        self.stop: Stop | None = None
        self._is_named = False
        self._usage: dict[str, Any] | None = None
        self._calls: list[object] = []
        self._is_refused = False
        self._has_parts = False

    def read(self, chunk: dict[str, Any]) -> list[ProviderEvent]:
        """What the chunk says. Raises ErrorEvent where it is an error as vLLM sends it, TypeError
        and its like where it is of another shape."""
        if chunk.get("object") == "error":
            raise ErrorEvent(chunk)
        events: list[ProviderEvent] = []
        if not self._is_named and chunk.get("model"):
            self._is_named = True
            events.append(Served(model=chunk["model"], request_id=self.request_id))
        for choice in chunk.get("choices") or ():
            if choice.get("index"):
                continue
            delta = choice.get("delta")
            if delta:
                if thought := delta.get("reasoning_content") or delta.get("reasoning"):
                    events.append(ReasoningDelta(_text(thought)))
                if content := delta.get("content"):
                    if isinstance(content, str):
                        events.append(TextDelta(content))
                    else:
                        self._parts(events)
                if calls := delta.get("tool_calls"):
                    self._tool_calls(calls, events)
                if delta.get("refusal"):
                    self._refusal(delta["refusal"], events)
            if reason := choice.get("finish_reason"):
                self._stop(reason, events)
        usage = chunk.get("usage")
        if usage and usage != self._usage:
            self._usage = usage
            events.append(_usage(usage))
        if not _FIELDS & chunk.keys():
            events.append(Ignored(str(chunk.get("object") or "chunk")))
        return events

    def _tool_calls(self, calls: list[dict[str, Any]], events: list[ProviderEvent]) -> None:
        """Some servers give no index, so a new id then begins a new call; some repeat the name
        or send an empty id with every piece."""
        for call in calls:
            function: dict[str, Any] = call.get("function") or {}
            mark: object = call.get("index")
            if mark is None:
                mark = call.get("id") or (self._calls[-1] if self._calls else "")
            is_new = mark not in self._calls
            if is_new:
                self._calls.append(mark)
            events.append(
                ToolCallDelta(
                    index=self._calls.index(mark),
                    arguments=function.get("arguments") or "",
                    name=(function.get("name") or "") if is_new else "",
                    id=(call.get("id") or "") if is_new else "",
                )
            )

    def _stop(self, reason: str, events: list[ProviderEvent]) -> None:
        if self._is_refused and reason == "stop":
            reason = "refusal"
        self.stop = Stop(_text(reason), truncated=reason == "length")
        if reason == "content_filter":
            events.append(Notice("warning", "The provider's content filter ended the answer."))

    def _refusal(self, text: str, events: list[ProviderEvent]) -> None:
        if not self._is_refused:
            self._is_refused = True
            events.append(Notice("warning", "The model declined to answer."))
        events.append(TextDelta(_text(text)))

    def _parts(self, events: list[ProviderEvent]) -> None:
        if not self._has_parts:
            self._has_parts = True
            events.append(
                Notice("warning", "The server sends content in parts, which is not shown.")
            )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value


def _usage(usage: dict[str, Any]) -> Usage:
    read: dict[str, Any] = usage.get("prompt_tokens_details") or {}
    written: dict[str, Any] = usage.get("completion_tokens_details") or {}
    return Usage(
        input_tokens=usage.get("prompt_tokens"),
        output_tokens=usage.get("completion_tokens"),
        cached_input_tokens=read.get("cached_tokens"),
        reasoning_tokens=written.get("reasoning_tokens"),
    )
