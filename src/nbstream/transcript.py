"""What a stream has said so far: a fold over its frames.

The live view, the saved output, the metrics and the `Generation` all read this; a replay of the
frames gives the same transcript as the live run did. The page has the same fold in TypeScript,
and `tests/fixtures/streams.json` holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .events import (
    Attachment,
    End,
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
    Status,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from .growing_text import GrowingText


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call the model asked for; `arguments` is JSON text, as the model wrote it."""

    name: str
    arguments: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """A stage of the stream, in seconds since the start; `end_s` is None while it lasts."""

    phase: PhaseStart
    start_s: float
    end_s: float | None = None


class Transcript:
    """The fold. `add` takes the frames in order; a number that was already seen is ignored.

    `usage` is that of all attempts; `dropped_tokens` is how much of its output was dropped, and
    `dropped_uncounted` the deltas, and their characters, that were dropped uncounted.
    """

    def __init__(self, frames: Iterable[Frame] = ()) -> None:
        self.seq = -1
        self.at_s = 0.0
        self.start: Start | None = None
        self.end: End | None = None
        self.phases: list[PhaseSpan] = []
        self.usage = Usage()
        self.progress: Progress | None = None
        self.notices: list[Notice] = []
        self.attachments: list[Attachment] = []
        self.resets: list[Reset] = []
        self.reset_times: list[float] = []
        self.resumes: list[Resume] = []
        self.failovers: list[Failover] = []
        self.model = ""
        self.deltas = 0
        self.first_token_at_s: float | None = None
        self._text = GrowingText()
        self._reasoning = GrowingText()
        self._tools: dict[int, tuple[str, str, GrowingText]] = {}
        self._counted = (0, 0)
        self.dropped_tokens = 0
        self.dropped_uncounted = (0, 0)
        for frame in frames:
            self.add(frame)

    @property
    def text(self) -> str:
        """The answer so far."""
        return str(self._text)

    @property
    def reasoning(self) -> str:
        """What the model thought so far."""
        return str(self._reasoning)

    @property
    def characters(self) -> int:
        """How long `text` is."""
        return len(self._text)

    @property
    def text_parts(self) -> GrowingText:
        """`text` in parts, which are read without the memory that the whole would take."""
        return self._text

    @property
    def utf8_bytes(self) -> int:
        """How long `text` and `reasoning` are as UTF-8."""
        return self._text.utf8_bytes + self._reasoning.utf8_bytes

    @property
    def reasoning_characters(self) -> int:
        """How long `reasoning` is."""
        return len(self._reasoning)

    @property
    def uncounted(self) -> tuple[int, int]:
        """The deltas since the last Usage, and the characters in them: a count that came before
        the end is not the whole."""
        deltas, characters = self._counted
        return self.deltas - deltas, self._said_characters - characters

    @property
    def is_wholly_counted(self) -> bool:
        """Whether `usage` counts every delta, also those that were dropped."""
        return self.uncounted[0] == self.dropped_uncounted[0] == 0

    @property
    def _said_characters(self) -> int:
        return len(self._text) + len(self._reasoning)

    @property
    def phase(self) -> PhaseStart | None:
        """The stage the stream is in."""
        return self.phases[-1].phase if self.phases and self.phases[-1].end_s is None else None

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls asked for so far, in order."""
        return tuple(call for _, call in self.numbered_tool_calls)

    @property
    def numbered_tool_calls(self) -> tuple[tuple[int, ToolCall], ...]:
        """The same with the numbers their deltas go by, which may have gaps."""
        return tuple(
            (index, ToolCall(name, str(arguments), id))
            for index, (name, id, arguments) in sorted(self._tools.items())
        )

    @property
    def status(self) -> Status:
        """`waiting` before the first token, `streaming` after it, then how it ended."""
        if self.end is not None:
            return self.end.status
        return "waiting" if self.first_token_at_s is None else "streaming"

    def add(self, frame: Frame) -> None:
        """Take the next frame."""
        if frame.seq <= self.seq:
            return
        self.seq, self.at_s, event = frame
        if type(event) is TextDelta:
            if self.first_token_at_s is None:
                self.first_token_at_s = self.at_s
            self.deltas += 1
            self._text.append(event.text)
        else:
            self._add_other(event)

    def _add_other(self, event: Event) -> None:
        match event:
            case ReasoningDelta(text):
                self._token_came()
                self.deltas += 1
                self._reasoning.append(text)
            case ToolCallDelta():
                self._token_came()
                self._add_tool_call(event)
            case Start():
                self.start = event
                self.model = event.model
            case Failover():
                self.failovers.append(event)
                self.model = event.model
            case PhaseStart():
                self._close_phase()
                self.phases.append(PhaseSpan(event, self.at_s))
            case PhaseEnd():
                self._close_phase()
            case Usage():
                self.usage = event
                self._counted = (self.deltas, self._said_characters)
            case Progress():
                self.progress = event
            case Notice():
                self.notices.append(event)
            case Attachment():
                self.attachments.append(event)
            case Reset():
                self._drop(event)
            case Resume():
                self.resumes.append(event)
            case End():
                self.end = event
                self._close_phase()
            case TextDelta():
                raise AssertionError("taken by add")

    def _token_came(self) -> None:
        if self.first_token_at_s is None:
            self.first_token_at_s = self.at_s

    def _close_phase(self) -> None:
        if self.phase is not None:
            self.phases[-1] = replace(self.phases[-1], end_s=self.at_s)

    def _add_tool_call(self, delta: ToolCallDelta) -> None:
        name, id, arguments = self._tools.get(delta.index) or ("", "", GrowingText())
        arguments.append(delta.arguments)
        self._tools[delta.index] = (name or delta.name, id or delta.id, arguments)

    def _drop(self, reset: Reset) -> None:
        self.resets.append(reset)
        self.reset_times.append(self.at_s)
        self.dropped_tokens = self.usage.output_tokens or 0
        (deltas, characters), uncounted = self.dropped_uncounted, self.uncounted
        self.dropped_uncounted = (deltas + uncounted[0], characters + uncounted[1])
        self._text.clear()
        self._reasoning.clear()
        self._tools.clear()
        self.deltas = 0
        self.first_token_at_s = None
        self._counted = (0, 0)
