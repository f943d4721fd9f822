"""A cancel, of the session or of its task, wherever the stream is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from itertools import count

import pytest

from nbstream.events import (
    End,
    Frame,
    PhaseEnd,
    PhaseStart,
    ReasoningDelta,
    TextDelta,
    Usage,
)
from nbstream.limits import Limits
from nbstream.provider import ProviderEvent, Served
from nbstream.request import Request
from nbstream.retry import RetryPolicy
from nbstream.session import Session
from tests.scripted import (
    FOREVER,
    STOP,
    Frames,
    Scripted,
    assert_whole,
    dropped,
    frames_of,
    session,
)


async def test_a_cancel_before_the_run_sends_nothing():
    provider = Scripted([TextDelta("a"), STOP])
    running = session(provider=provider)
    running.cancel()
    frames = await frames_of(running)
    assert frames.end == End("cancelled")
    assert provider.streams == 0


async def test_a_cancel_keeps_the_text_closes_the_provider_and_is_no_exception():
    provider = Scripted([Served("m1", "r1"), TextDelta("kept"), FOREVER])
    running = session(provider=provider)
    task = asyncio.create_task(frames_of(running))
    await provider.waiting.wait()
    for _ in range(3):
        running.cancel()
    frames = await task
    assert frames.end == End("cancelled", model="m1", request_id="r1")
    assert frames.text == "kept"
    assert provider.closed == 1


async def test_a_cancel_after_the_end_changes_nothing():
    running = session([TextDelta("a"), STOP])
    frames = await frames_of(running)
    running.cancel()
    await asyncio.sleep(0)
    assert running.transcript.end == frames.end
    assert frames.end.status == "complete"


def test_a_cancel_after_its_loop_is_closed_is_ignored():
    running = session([TextDelta("a"), STOP])
    asyncio.run(running.run(Frames()))
    running.cancel()
    assert running.transcript.status == "complete"


async def test_a_cancel_from_another_thread_ends_the_stream():
    provider = Scripted([TextDelta("kept"), FOREVER])
    running = session(provider=provider)
    task = asyncio.create_task(frames_of(running))
    await provider.waiting.wait()
    thread = threading.Thread(target=running.cancel)
    thread.start()
    frames = await task
    thread.join()
    assert (frames.end.status, frames.text) == ("cancelled", "kept")


def test_a_cancel_from_a_thread_that_runs_beside_the_start_is_never_lost():
    async def main(running: Session, started: threading.Event) -> Frames:
        started.set()
        return await asyncio.wait_for(frames_of(running), 20)

    for _ in range(50):
        running = session([TextDelta("a"), FOREVER])
        started = threading.Event()

        def cancel(running: Session = running, started: threading.Event = started) -> None:
            started.wait()
            running.cancel()

        thread = threading.Thread(target=cancel)
        thread.start()
        assert asyncio.run(main(running, started)).end.status == "cancelled"
        thread.join()


async def test_a_cancel_at_any_frame_ends_there():
    script = [ReasoningDelta("Hm."), TextDelta("a"), TextDelta("b"), Usage(1, 2), STOP]
    whole = len(await frames_of(session(script)))
    statuses: list[str] = []
    for at in range(whole):
        running = session(script)
        frames = Frames()

        async def sink(
            frame: Frame, at: int = at, frames: Frames = frames, running: Session = running
        ) -> None:
            frames.append(frame)
            if frame.seq == at:
                running.cancel()
                await asyncio.sleep(0)

        await running.run(sink)
        assert_whole(frames)
        statuses.append(frames.end.status)
    assert statuses[:8] == ["cancelled"] * 8
    assert statuses[-1] == "complete"


async def test_a_cancel_while_the_sink_is_slow_loses_no_frame():
    running = session([TextDelta("a"), TextDelta("b"), STOP])
    frames = Frames()
    slow, go_on = asyncio.Event(), asyncio.Event()

    async def sink(frame: Frame) -> None:
        if isinstance(frame.event, TextDelta):
            slow.set()
            await go_on.wait()
        frames.append(frame)

    task = asyncio.create_task(running.run(sink))
    await slow.wait()
    running.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await task
    assert_whole(frames)
    assert (frames.end.status, frames.text) == ("cancelled", "a")


async def test_a_cancel_in_a_retry_wait_ends_it_at_once():
    patient = RetryPolicy(first_wait_s=3600, longest_wait_s=3600, deadline_s=9999)
    running = session([dropped()], retry=patient)
    frames = Frames()

    async def sink(frame: Frame) -> None:
        frames.append(frame)
        if frame.event == PhaseStart("retrying"):
            asyncio.get_running_loop().call_soon(running.cancel)

    await running.run(sink)
    assert_whole(frames)
    assert frames.end == End("cancelled")


async def test_a_provider_that_never_waits_can_still_be_cancelled():
    class Endless(Scripted):
        async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
            while True:
                yield TextDelta("x")

    running = session(provider=Endless(), limits=Limits(max_chars=1_000_000))
    task = asyncio.create_task(frames_of(running))
    await asyncio.sleep(0)
    running.cancel()
    assert (await task).end.status == "cancelled"


async def test_a_task_cancelled_from_outside_at_any_await_still_gets_its_end():
    script = [dropped()], [ReasoningDelta("Hm."), TextDelta("a"), Usage(1, 2), STOP]
    for steps in count():
        provider = Scripted(*script)
        running = session(provider=provider, retry=RetryPolicy(first_wait_s=0))
        frames = Frames()

        async def sink(frame: Frame, frames: Frames = frames) -> None:
            frames.append(frame)
            await asyncio.sleep(0)

        task = asyncio.create_task(running.run(sink))
        await asyncio.sleep(0)
        for _ in range(steps):
            await asyncio.sleep(0)
        if task.done():
            break
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert_whole(frames)
        assert running.transcript.end is not None
        assert provider.closed == provider.streams
    assert steps > 15
    assert running.transcript.status == "complete"


async def test_a_second_cancel_of_the_task_while_the_end_is_told_loses_nothing_of_the_transcript():
    provider = Scripted([TextDelta("a"), FOREVER])
    running = session(provider=provider)
    ending = asyncio.Event()

    async def sink(frame: Frame) -> None:
        if isinstance(frame.event, PhaseEnd) and frame.event.phase == "writing":
            ending.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(running.run(sink))
    await provider.waiting.wait()
    task.cancel()
    await ending.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert running.transcript.end == End("cancelled")
    assert running.transcript.text == "a"


async def test_a_timeout_around_the_run_is_a_timeout():
    running = session([TextDelta("a"), FOREVER])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await running.run(Frames())
    assert running.transcript.status == "cancelled"


async def test_a_cancel_leaves_the_task_as_it_was():
    provider = Scripted([TextDelta("a"), FOREVER])

    async def twice() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        running = session(provider=provider)
        asyncio.get_running_loop().call_later(0.005, running.cancel)
        frames = await frames_of(running)
        assert frames.end.status == "cancelled"

    task = asyncio.create_task(twice())
    await asyncio.sleep(0)
    task.cancel()
    await task
