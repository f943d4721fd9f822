"""Events become numbered frames: first in the transcript, then at the sink."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from .events import (
    End,
    Event,
    Failover,
    Frame,
    Notice,
    PhaseEnd,
    PhaseStart,
    Reset,
    Resume,
)
from .metrics import output_tokens
from .progress import ProgressMeter
from .transcript import Transcript
from .transforms import Chain, Transform

Sink = Callable[[Frame], Awaitable[None]]

_PROGRESS_EVERY_S = 0.2


class FrameWriter:
    """Writes one stream. Each frame is in `transcript` before `sink` gets it, so that a sink that
    fails loses nothing; `clock` gives seconds, `redactions` hold for every sentence."""

    def __init__(
        self,
        transcript: Transcript,
        sink: Sink,
        meter: ProgressMeter,
        clock: Callable[[], float],
        redactions: Sequence[Transform] = (),
    ) -> None:
        self._transcript = transcript
        self._sink = sink
        self._meter = meter
        self._clock = clock
        self._redactions = redactions
        self._began = clock()
        self._next_progress_s = 0.0

    async def write(self, event: Event) -> None:
        """The next frame."""
        transcript = self._transcript
        if self._redactions:
            event = self._clean(event)
        frame = Frame(transcript.seq + 1, self._clock() - self._began, event)
        transcript.add(frame)
        await self._sink(frame)

    def cleaned(self, text: str) -> str:
        """A whole text without what is to be redacted."""
        if not self._redactions or not text:
            return text
        chain = Chain(self._redactions)
        return chain.take(text) + chain.rest()

    def _clean(self, event: Event) -> Event:
        match event:
            case Notice(text=text):
                return replace(event, text=self.cleaned(text))
            case PhaseStart(detail=detail):
                return replace(event, detail=self.cleaned(detail))
            case Reset(cause=cause) | Resume(cause=cause) | Failover(cause=cause):
                return replace(event, cause=self.cleaned(cause))
            case End(error=error, stop_reason=reason):
                return replace(event, error=self.cleaned(error), stop_reason=self.cleaned(reason))
            case _:
                return event

    async def enter(self, phase: str, detail: str = "") -> None:
        """Begin a phase, and end the one before it; nothing where it is the same."""
        current = self._transcript.phase
        if current is not None and current.phase == phase and current.detail == detail:
            return
        await self.leave()
        await self.write(PhaseStart(phase, detail))

    async def leave(self) -> None:
        """End the phase, if there is one."""
        current = self._transcript.phase
        if current is not None:
            await self.write(PhaseEnd(current.phase))

    async def progress(self) -> None:
        """How far it is, if that was not said just now."""
        if self._transcript.at_s >= self._next_progress_s:
            self._next_progress_s = self._transcript.at_s + _PROGRESS_EVERY_S
            await self.last_progress()

    async def last_progress(self) -> None:
        """How far it came, if it came to anything."""
        if self._transcript.first_token_at_s is not None:
            await self.write(self._meter.at(*output_tokens(self._transcript)))
