"""A provider that says what a script holds, and what must hold for every stream of a session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from nbstream.errors import (
    StreamDropped,
)
from nbstream.events import (
    End,
    Frame,
    PhaseEnd,
    PhaseStart,
    Progress,
    Start,
)
from nbstream.limits import Limits, Slots
from nbstream.provider import ProviderEvent, Stop
from nbstream.request import Message, Request
from nbstream.retry import RetryPolicy
from nbstream.session import Session
from nbstream.transcript import Transcript

STOP = Stop("stop")
FOREVER = object()
"""A step at which the provider waits until it is cancelled or closed."""

Step = ProviderEvent | BaseException | asyncio.Event | object


class Scripted:
    """A provider whose nth stream takes the nth script's steps, and every later one the last's."""

    name = "scripted"

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self.scripts = scripts
        self.streams = 0
        self.closed = 0
        self.waiting = asyncio.Event()

    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        self.streams += 1
        try:
            for step in self.scripts[min(self.streams, len(self.scripts)) - 1]:
                if step is FOREVER:
                    self.waiting.set()
                    await asyncio.Event().wait()
                elif isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, BaseException):
                    raise step
                else:
                    await asyncio.sleep(0)
                    yield step  # pyright: ignore[reportReturnType]
        finally:
            self.closed += 1


class Frames(list[Frame]):
    """A sink that keeps what it got."""

    async def __call__(self, frame: Frame) -> None:
        self.append(frame)

    def events(self, *kinds: type) -> list[object]:
        return [f.event for f in self if not kinds or isinstance(f.event, kinds)]

    @property
    def end(self) -> End:
        event = self[-1].event
        assert isinstance(event, End)
        return event

    @property
    def text(self) -> str:
        return Transcript(self).text


QUICK = RetryPolicy(retries=3, first_wait_s=0.001, longest_wait_s=0.001)


def session(
    *scripts: Sequence[Step],
    provider: Scripted | None = None,
    limits: Limits | None = None,
    retry: RetryPolicy = QUICK,
    slots: Slots | None = None,
    max_tokens: int | None = None,
    **more: Callable[[], float],
) -> Session:
    request = Request("m", (Message("user", "Hi"),), max_tokens=max_tokens)
    return Session(
        provider or Scripted(*scripts),
        request,
        model="scripted/m",
        limits=limits,
        retry=retry,
        slots=slots,
        **more,
    )


async def frames_of(running: Session) -> Frames:
    frames = Frames()
    await running.run(frames)
    assert_whole(frames)
    return frames


def assert_whole(frames: Sequence[Frame]) -> None:
    """What holds for every stream, however it went."""
    assert [f.seq for f in frames] == list(range(len(frames)))
    times = [f.at_s for f in frames]
    assert times == sorted(times)
    kinds = [type(f.event) for f in frames]
    assert kinds[0] is Start
    assert kinds[-1] is End
    assert kinds.count(Start) == 1
    assert kinds.count(End) == 1
    open_phase = None
    for frame in frames:
        match frame.event:
            case PhaseStart(phase):
                assert open_phase is None
                open_phase = phase
            case PhaseEnd(phase):
                assert open_phase == phase
                open_phase = None
            case _:
                pass
    assert open_phase is None
    fractions = [f.event.fraction for f in frames if isinstance(f.event, Progress)]
    known = [fraction for fraction in fractions if fraction is not None]
    assert known == sorted(known)
    assert all(0 <= fraction < 1 for fraction in known)


async def until(reached: Callable[[], object]) -> None:
    while not reached():  # noqa: ASYNC110  # the loop's own turns, no time
        await asyncio.sleep(0)


def dropped() -> StreamDropped:
    return StreamDropped("Dropped.", provider="scripted")
