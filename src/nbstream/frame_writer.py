"""Events become numbered frames: first in the transcript, then at the sink."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from .events import Event, Frame, PhaseEnd, PhaseStart
from .metrics import output_tokens
from .progress import ProgressMeter
from .transcript import Transcript

Sink = Callable[[Frame], Awaitable[None]]

_PROGRESS_EVERY_S = 0.2


class FrameWriter:
    """Writes one stream. Each frame is in `transcript` before `sink` gets it, so that a sink that
    fails loses nothing; `clock` gives seconds."""

    def __init__(
        self,
        transcript: Transcript,
        sink: Sink,
        meter: ProgressMeter,
        clock: Callable[[], float],
    ) -> None:
        self._transcript = transcript
        self._sink = sink
        self._meter = meter
        self._clock = clock
        self._began = clock()
        self._next_progress_s = 0.0

    async def write(self, event: Event) -> None:
        """The next frame."""
        transcript = self._transcript
        frame = Frame(transcript.seq + 1, self._clock() - self._began, event)
        transcript.add(frame)
        await self._sink(frame)

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
