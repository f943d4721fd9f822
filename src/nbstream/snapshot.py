"""A stream so far as the fewest frames that fold to the same transcript."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .events import (
    Attachment,
    Event,
    Failover,
    Frame,
    Notice,
    PhaseEnd,
    PhaseStart,
    Progress,
    ReasoningDelta,
    Reset,
    Resume,
    Start,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from .transcript import Transcript
from .wire import to_json


def snapshot(transcript: Transcript) -> list[dict[str, Any]]:
    """Wire frames that fold to `transcript`: each text whole, superseded events left out.

    They keep the stream's last number and time, the times of its stages and that of its first
    token; the numbers between count up to the last, so that a reader's rule for repeated numbers
    holds.
    """
    start = [] if transcript.start is None else [(0.0, transcript.start)]
    tokens = _tokens(transcript)
    first_token = [(transcript.first_token_at_s or 0.0, token) for token in tokens[:1]]
    timed = [*start, *sorted([*_stages(transcript), *first_token], key=lambda stage: stage[0])]
    own_times = len(timed)
    events = [event for _, event in timed] + tokens[1:]
    events += transcript.failovers
    events += transcript.resumes
    events += transcript.attachments
    events += transcript.notices
    if transcript.usage != Usage():
        events.append(transcript.usage)
    events += [event for event in (transcript.progress, transcript.end) if event is not None]
    if 0 < len(events) == own_times <= transcript.seq:
        # These carry times of their own: one more for the time of the last, and there is a number
        # for it, as one of the stream's frames is in none of these.
        events.append(transcript.usage)
    first = transcript.seq - len(events) + 1
    times = [at_s for at_s, _ in timed] + [transcript.at_s] * (len(events) - own_times)
    return [
        to_json(Frame(first + i, at_s, event))
        for i, (at_s, event) in enumerate(zip(times, events, strict=True))
    ]


def missing(transcript: Transcript, whole: Iterable[Frame]) -> list[Frame]:
    """What takes `transcript` on to the snapshot `whole`, a later one of the same stream: of each
    text the rest alone, of other events those that were not there yet."""
    known = Counter[type[Event]](_known(transcript))
    frames = list(whole)
    # A Reset drops what was there before.
    resets = sum(isinstance(frame.event, Reset) for frame in frames)
    before = transcript if resets == known[Reset] else Transcript()
    calls = dict(before.numbered_tool_calls)
    found: list[tuple[float, Event]] = []
    for _, at_s, event in frames:
        match event:
            case TextDelta(text):
                found.append((at_s, TextDelta(_rest(before.text, text))))
            case ReasoningDelta(text):
                found.append((at_s, ReasoningDelta(_rest(before.reasoning, text))))
            case ToolCallDelta():
                call = calls.get(event.index)
                rest = _rest(call.arguments, event.arguments) if call else event.arguments
                found.append((at_s, replace(event, arguments=rest)))
            case Usage() if event == transcript.usage:
                pass
            case Progress() if event == transcript.progress:
                pass
            case PhaseEnd() if known[PhaseStart]:
                pass  # of a stage before the one that the transcript knows last
            case _ if known[type(event)]:
                known[type(event)] -= 1
            case _:
                found.append((at_s, event))
    last = frames[-1].seq if frames else transcript.seq
    said = [(at_s, event) for at_s, event in found if not _is_empty(event)]
    first = max(transcript.seq, last - len(said)) + 1
    return [Frame(first + i, at_s, event) for i, (at_s, event) in enumerate(said)]


def _known(transcript: Transcript) -> dict[type[Event], int]:
    """How many events of each kind that a snapshot repeats are in the transcript already."""
    return {
        Start: int(transcript.start is not None),
        PhaseStart: len(transcript.phases),
        Reset: len(transcript.resets),
        Resume: len(transcript.resumes),
        Failover: len(transcript.failovers),
        Notice: len(transcript.notices),
        Attachment: len(transcript.attachments),
    }


def _rest(before: str, whole: str) -> str:
    return whole[len(before) :] if whole.startswith(before) else whole


def _is_empty(event: Event) -> bool:
    match event:
        case TextDelta(text) | ReasoningDelta(text):
            return not text
        case ToolCallDelta():
            return not (event.arguments or event.name)
        case _:
            return False


def _stages(transcript: Transcript) -> list[tuple[float, Event]]:
    """Phases and resets with their times; a phase that the next one closed needs no end."""
    found: list[tuple[float, Event]] = []
    closings = [span.start_s for span in transcript.phases[1:]]
    closings.append(transcript.at_s if transcript.end is not None else math.inf)
    for span, closing_s in zip(transcript.phases, closings, strict=False):
        found.append((span.start_s, span.phase))
        if span.end_s is not None and span.end_s < closing_s:
            found.append((span.end_s, PhaseEnd(span.phase.phase)))
    found += zip(transcript.reset_times, transcript.resets, strict=True)
    return found


def _tokens(transcript: Transcript) -> list[Event]:
    said: list[Event] = [
        ToolCallDelta(index, call.arguments, call.name, call.id)
        for index, call in transcript.numbered_tool_calls
    ]
    if transcript.reasoning:
        said.insert(0, ReasoningDelta(transcript.reasoning))
    if transcript.text:
        said.append(TextDelta(transcript.text))
    return said
