"""A stream so far as the fewest frames that fold to the same transcript."""

from __future__ import annotations

from typing import Any

from ..events import Event, Frame, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from ..transcript import Transcript
from ..wire import to_json


def snapshot(transcript: Transcript) -> list[dict[str, Any]]:
    """Wire frames that fold to `transcript`: each text whole, superseded events left out.

    They keep the stream's last number and time and the time of its first token; the numbers
    between count up to the last, so that a reader's rule for repeated numbers holds.
    """
    events: list[Event] = [transcript.start] if transcript.start is not None else []
    events += transcript.resets
    tokens = _tokens(transcript)
    first_token = len(events) if tokens else -1
    events += tokens
    events += transcript.notices
    rest = (transcript.phase, transcript.progress, transcript.end)
    if transcript.usage != Usage():
        events.append(transcript.usage)
    events += [event for event in rest if event is not None]
    if len(events) - 1 in (0, first_token) and len(events) <= transcript.seq:
        # The first frames carry times of their own: one more for the time of the last, and there
        # is a number for it, as one of the stream's frames is in none of these.
        events.append(transcript.usage)
    first = transcript.seq - len(events) + 1
    times = {0: 0.0, first_token: transcript.first_token_at_s or 0.0}
    return [
        to_json(Frame(first + i, times.get(i, transcript.at_s), event))
        for i, event in enumerate(events)
    ]


def _tokens(transcript: Transcript) -> list[Event]:
    said: list[Event] = [
        ToolCallDelta(index, call.arguments, call.name, call.id)
        for index, call in enumerate(transcript.tool_calls)
    ]
    if transcript.reasoning:
        said.insert(0, ReasoningDelta(transcript.reasoning))
    if transcript.text:
        said.append(TextDelta(transcript.text))
    return said
