"""The chunks of a chat completions stream, read into events. No I/O."""

from __future__ import annotations

import json
from typing import Any, cast

from ..events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from ..provider import Ignored, ProviderEvent, Served, Stop
from .counts import count
from .error_answer import ErrorEvent

# A chunk with none of these is none.
_FIELDS = frozenset({"choices", "usage", "model"})

# Finish reasons besides "length", in the words of Mistral, Zhipu and gateways to other APIs.
_TRUNCATED = frozenset({
    "length", "max_tokens", "MAX_TOKENS", "max_output_tokens", "model_length",
    "model_context_window_exceeded",
})  # fmt: skip
_FILTERED = frozenset({"content_filter", "sensitive"})
# OpenRouter, vLLM, DeepSeek and Zhipu: the server gave up.
_GIVEN_UP = frozenset({"error", "abort", "insufficient_system_resource", "network_error"})


class ChatChunks:
    """One stream's reading. `finish_reason` is the terminal marker; the usage comes after it.

    Only choice 0 is read. `reasoning_content` (DeepSeek, Qwen, xAI, llama.cpp) and `reasoning`
    (Groq, OpenRouter, vLLM) are what the model thought. Content that comes as a list of `parts`
    (Mistral's reasoning models) is read where it is expected, else told: the SDK has no such thing.
    """

    def __init__(self, *, parts: bool = False) -> None:
        self._reads_parts = parts
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
        if chunk.get("object") == "error" or (not _FIELDS & chunk.keys() and _tells(chunk)):
            raise ErrorEvent(chunk)
        events: list[ProviderEvent] = []
        if not self._is_named and chunk.get("model"):
            self._is_named = True
            events.append(Served(model=_text(chunk["model"]), request_id=self.request_id))
        for choice in chunk.get("choices") or ():
            if choice.get("index"):
                continue
            # A server that answers in one piece all the same has it under the other name.
            delta = choice["delta"] if "delta" in choice else choice.get("message")
            if delta:
                if thought := delta.get("reasoning_content") or delta.get("reasoning"):
                    events.append(ReasoningDelta(_text(thought)))
                if content := delta.get("content"):
                    if isinstance(content, str):
                        events.append(TextDelta(content))
                    elif self._reads_parts:
                        self._read_parts(content, events)
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
                    arguments=_arguments(function.get("arguments")),
                    name=_text(function.get("name") or "") if is_new else "",
                    id=_text(call.get("id") or "") if is_new else "",
                )
            )

    def _stop(self, reason: str, events: list[ProviderEvent]) -> None:
        if self._is_refused and reason == "stop":
            reason = "refusal"
        if reason in _GIVEN_UP:
            raise ErrorEvent({"message": f"The server gave the answer up ({reason})."})
        self.stop = Stop(_text(reason), truncated=reason in _TRUNCATED)
        if reason in _FILTERED:
            events.append(Notice("warning", "The provider's content filter ended the answer."))

    def _refusal(self, text: str, events: list[ProviderEvent]) -> None:
        if not self._is_refused:
            self._is_refused = True
            events.append(Notice("warning", "The model declined to answer."))
        events.append(TextDelta(_text(text)))

    def _read_parts(self, parts: list[dict[str, Any]], events: list[ProviderEvent]) -> None:
        for part in parts:
            match part["type"]:
                case "text" if part["text"]:
                    events.append(TextDelta(_text(part["text"])))
                case "thinking":
                    thought = "".join(_text(each.get("text") or "") for each in part["thinking"])
                    events += [ReasoningDelta(thought)] if thought else []
                case "text":
                    pass
                case kind:
                    events.append(Ignored(kind))

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


def _arguments(value: object) -> str:
    """JSON text; some servers send the object itself."""
    if isinstance(value, dict | list):
        return json.dumps(cast(object, value), ensure_ascii=False)
    return _text(value or "")


def _tells(chunk: dict[str, Any]) -> bool:
    """Whether what is no chunk says what went wrong."""
    return any(isinstance(chunk.get(name), str) for name in ("message", "detail"))


def _usage(usage: dict[str, Any]) -> Usage:
    read: dict[str, Any] = usage.get("prompt_tokens_details") or {}
    written: dict[str, Any] = usage.get("completion_tokens_details") or {}
    return Usage(
        input_tokens=count(usage.get("prompt_tokens")),
        output_tokens=count(usage.get("completion_tokens")),
        cached_input_tokens=count(read.get("cached_tokens")),
        reasoning_tokens=count(written.get("reasoning_tokens")),
    )
