"""Random streams as a session writes them: numbered from 0, one Start, one End, times that grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from nbstream.events import (
    Attachment,
    End,
    Event,
    Frame,
    Notice,
    PhaseEnd,
    PhaseStart,
    Progress,
    ReasoningDelta,
    Reset,
    Start,
    TextDelta,
    ToolCallDelta,
    Usage,
)

TEXT = st.text("ab\n`*é😀", min_size=1, max_size=4)
COUNT = st.none() | st.integers(0, 99)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    TEXT.map(TextDelta),
    TEXT.map(TextDelta),
    TEXT.map(ReasoningDelta),
    st.builds(ToolCallDelta, st.integers(0, 2), TEXT, st.sampled_from(["", "f"]), st.just("")),
    st.builds(Usage, COUNT, COUNT),
    st.builds(Progress, st.none() | st.floats(0, 0.99), st.just("max_tokens"), st.integers(0, 9)),
    st.builds(Notice, st.just("info"), TEXT),
    st.builds(Attachment, TEXT, st.just("text"), st.integers(0, 9), st.integers(0, 9)),
    st.builds(Reset, st.integers(1, 3), st.floats(0, 9), st.just("429")),
    st.builds(PhaseStart, st.sampled_from(["waiting", "writing"]), st.just("")),
    st.builds(PhaseEnd, st.just("writing")),
)
END = st.builds(
    End, st.sampled_from(["complete", "cancelled", "failed", "truncated"]), st.just("stop")
)


def numbered(events: Sequence[Event], step_s: float = 0.25) -> list[Frame]:
    """The frames of a stream of these events between its Start and, where there is one, its End."""
    start = Start("replay/m", 1.5)
    return [Frame(n, n * step_s, event) for n, event in enumerate((start, *events))]


@st.composite
def streams(draw: st.DrawFn, max_size: int = 30) -> list[Frame]:
    events = draw(st.lists(EVENTS, max_size=max_size))
    step_s = draw(st.sampled_from([0.0, 0.25]))
    return numbered([*events, draw(END)], step_s)


def summary(transcript: Any) -> dict[str, Any]:
    """All that a reader of a transcript can see, but how many pieces it came in."""
    names = "text reasoning tool_calls status usage progress phases notices attachments resets"
    seen = {name: getattr(transcript, name) for name in f"{names} start end seq".split()}
    seen["at_s"] = round(transcript.at_s, 4)
    seen["first_token_at_s"] = transcript.first_token_at_s
    return seen
