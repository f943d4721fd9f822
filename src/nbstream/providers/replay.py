"""A recorded stream as a provider: for tests, and for notebooks without a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from .. import recording
from ..errors import StreamDropped, UsageError, of_code
from ..events import (
    End,
    Frame,
    Notice,
    PhaseStart,
    ReasoningDelta,
    Reset,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from ..provider import Phase, ProviderEvent, Served, Stop
from ..request import Request

# Those of the session, which finds them out again.
_SESSION_PHASES = frozenset({"queued", "waiting", "thinking", "writing", "retrying"})

# At once is still not in one piece: a cancel must get in between.
_PAUSE_EVERY = 64


class Replay:
    """Replays the recording at the path that is the request's model, whatever is asked, and ends
    as it ended, except that a cancelled one ends as dropped.

    `speed` is how many times faster than recorded, 0 at once; `extra["speed"]` goes before it.
    """

    takes_images = True

    def __init__(self, *, speed: float = 1.0) -> None:
        self._speed = speed

    @property
    def name(self) -> str:
        return "replay"

    def check(self, request: Request) -> None:
        """Raises UsageError where there is no such file, and WireError where it is no recording."""
        self._speed_of(request)
        recording.check(request.model)

    def _speed_of(self, request: Request) -> float:
        speed = request.extra.get("speed", self._speed)
        if not isinstance(speed, int | float) or not speed >= 0:
            raise UsageError(f"The replay's speed is {speed!r}; give a number from 0 on.")
        return speed

    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Yield what was recorded, ending after `Stop`. Raises UsageError, WireError and what the
        recorded stream failed with."""
        speed = self._speed_of(request)
        frames = await asyncio.to_thread(recording.read, request.model)
        end = frames[-1].event
        if isinstance(end, End) and (end.model or end.request_id):
            yield Served(end.model, end.request_id)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number, frame in enumerate(_last_attempt(frames)):
            wait_s = began + frame.at_s / speed - loop.time() if speed else 0.0
            if wait_s > 0 or number % _PAUSE_EVERY == 0:
                await asyncio.sleep(max(wait_s, 0.0))
            event = frame.event
            match event:
                case TextDelta() | ReasoningDelta() | ToolCallDelta() | Usage() | Notice():
                    yield event
                case PhaseStart(phase, detail) if phase not in _SESSION_PHASES:
                    yield Phase(phase, detail)
                case _:
                    pass
        yield _outcome(end, request.model)


def _last_attempt(frames: list[Frame]) -> list[Frame]:
    """The frames after the last Reset: what was said before it was dropped."""
    resets = [at for at, frame in enumerate(frames) if isinstance(frame.event, Reset)]
    return frames[resets[-1] + 1 :] if resets else frames


def _outcome(end: object, path: str) -> Stop:
    """The recorded Stop. Raises the recorded failure, never one to be tried again."""
    if isinstance(end, End) and end.status in {"complete", "truncated"}:
        return Stop(end.stop_reason, truncated=end.status == "truncated")
    if isinstance(end, End) and end.status == "failed":
        # Never one to be tried again.
        raise of_code(end.code, end.error, provider="replay", recoverable=False)
    why = "it was cancelled" if isinstance(end, End) else "it breaks off"
    raise StreamDropped(
        f"The recording {path} ends before its answer does: {why} there.",
        provider="replay",
        recoverable=False,
    )
