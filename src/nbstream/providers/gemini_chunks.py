"""The chunks of a Gemini stream, read into events. No I/O."""

from __future__ import annotations

from itertools import islice
from typing import Any

from ..events import Notice, ReasoningDelta, TextDelta, Usage
from ..provider import Ignored, ProviderEvent, Served, Stop
from .gemini_calls import GeminiCalls

_DECLINED = frozenset({
    "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "MODEL_ARMOR",
    "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION",
})  # fmt: skip
_WHOLE = frozenset({"STOP", "MAX_TOKENS"})


class GeminiChunks:
    """One stream's reading; its chunks are the SDK's GenerateContentResponse.

    A finish reason, or the reason for which the prompt was blocked, is the terminal marker. Only
    candidate 0 is read. The API has no request id of its own: the response's id is it.
    """

    def __init__(self) -> None:
        self.request_id = ""
        self.stop: Stop | None = None
        self._is_named = False
        self._usage = Usage()
        self._calls = GeminiCalls()

    def read(self, chunk: Any) -> list[ProviderEvent]:
        """What the chunk says. Raises TypeError and its like where it is of another shape."""
        events: list[ProviderEvent] = []
        if not self._is_named and chunk.model_version:
            self._is_named = True
            events.append(Served(chunk.model_version, self.request_id or chunk.response_id or ""))
        feedback = chunk.prompt_feedback
        if feedback is not None and feedback.block_reason:
            reason = _word(feedback.block_reason)
            events.append(Notice("warning", f"Google blocked the prompt ({reason})."))
            self.stop = Stop(reason)
        first = (each for each in chunk.candidates or () if not each.index)
        for candidate in islice(first, 1):
            content = candidate.content
            for part in (content.parts if content is not None else None) or ():
                if part.text:
                    kind = ReasoningDelta if part.thought else TextDelta
                    events.append(kind(part.text))
                elif part.function_call is not None:
                    events += self._calls.read(part.function_call)
                elif not part.model_dump(exclude_none=True):
                    events.append(Ignored("part"))
            if candidate.finish_reason:
                self._finish(_word(candidate.finish_reason), events)
        if chunk.usage_metadata is not None:
            self._count(chunk.usage_metadata, events)
        return events

    def _finish(self, reason: str, events: list[ProviderEvent]) -> None:
        events += self._calls.end()
        if reason in _DECLINED:
            events.append(Notice("warning", f"Google stopped the answer ({reason})."))
        elif reason not in _WHOLE:
            events.append(Notice("warning", f"The answer ended early ({reason})."))
        self.stop = Stop(reason, truncated=reason == "MAX_TOKENS")

    def _count(self, counts: Any, events: list[ProviderEvent]) -> None:
        """The counts are totals so far; early chunks have only some of them, or none."""
        usage = Usage(
            input_tokens=counts.prompt_token_count,
            output_tokens=counts.candidates_token_count,
            cached_input_tokens=counts.cached_content_token_count,
            reasoning_tokens=counts.thoughts_token_count,
        )
        if usage not in (Usage(), self._usage):
            self._usage = usage
            events.append(usage)


def _word(value: Any) -> str:
    """An enum's word; the SDK makes new members for those it does not know."""
    return str(getattr(value, "value", value))
