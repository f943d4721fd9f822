"""A stream so far as the fewest frames that fold to the same transcript."""

from __future__ import annotations

from typing import Any

from ..events import Event, Frame, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from ..transcript import Transcript
from ..wire import to_json


def snapshot(transcript: Transcript) -> list[dict[str, Any]]:
    """Wire frames that fold to `transcript`: each text whole, superseded events left out.

    They keep the stream's last number and the time of its first token; the numbers between count
    up to the last, so that a reader's rule for repeated numbers holds.
    """
    events: list[tuple[float, Event]] = []
    if transcript.start is not None:
        events.append((0.0, transcript.start))
    at_s = transcript.at_s
    events += [(at_s, reset) for reset in transcript.resets]
    events += [(at_s, notice) for notice in transcript.notices]
    first_token, first_text = transcript.first_token_at_s, transcript.first_text_at_s
    if transcript.reasoning and first_token is not None:
        events.append((first_token, ReasoningDelta(transcript.reasoning)))
    events += [
        (first_token or at_s, ToolCallDelta(index, call.arguments, call.name, call.id))
        for index, call in enumerate(transcript.tool_calls)
    ]
    if first_text is not None:
        events.append((first_text, TextDelta(transcript.text)))
    if transcript.phase is not None:
        events.append((at_s, transcript.phase))
    if transcript.usage != Usage():
        events.append((at_s, transcript.usage))
    if transcript.progress is not None:
        events.append((at_s, transcript.progress))
    if transcript.end is not None:
        events.append((at_s, transcript.end))
    first = transcript.seq - len(events) + 1
    return [to_json(Frame(first + i, at, event)) for i, (at, event) in enumerate(events)]
