"""A session over small providers of its own: one Start, one End, whatever happens between."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import count

import pytest

from nbstream.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    Overloaded,
    RateLimited,
    StreamDropped,
)
from nbstream.events import (
    End,
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
from nbstream.limits import Limits, Slots
from nbstream.provider import Phase, ProviderEvent, Served, Stop
from nbstream.request import Message, Request
from nbstream.retry import RetryPolicy
from nbstream.session import Session, Sink
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


# The usual way


async def test_a_stream_becomes_numbered_frames_with_phases():
    frames = await frames_of(
        session([ReasoningDelta("Hm."), TextDelta("Hel"), TextDelta("lo"), STOP])
    )
    assert frames.text == "Hello"
    phases = [e.phase for e in frames.events(PhaseStart) if isinstance(e, PhaseStart)]
    assert phases == ["waiting", "thinking", "writing"]
    assert frames.end == End("complete", "stop")


async def test_facts_the_provider_serves_stand_in_the_end():
    frames = await frames_of(
        session([Served(request_id="r1"), TextDelta("a"), Served(model="m-2026"), STOP])
    )
    assert (frames.end.model, frames.end.request_id) == ("m-2026", "r1")


async def test_what_a_provider_says_beside_the_text_is_passed_on():
    said = [Notice("info", "n"), ToolCallDelta(0, "{}", "f", "1"), Usage(1, 2)]
    frames = await frames_of(session([Phase("loading", "x"), *said, STOP]))
    assert frames.events(Notice, ToolCallDelta, Usage) == said
    assert PhaseStart("loading", "x") in frames.events()


async def test_empty_deltas_make_no_frames():
    frames = await frames_of(session([TextDelta(""), ReasoningDelta(""), STOP]))
    assert frames.events(TextDelta, ReasoningDelta) == []
    assert frames.end.status == "complete"


async def test_an_answer_cut_by_the_provider_is_truncated_and_says_by_what():
    frames = await frames_of(
        session([TextDelta("a"), Stop("length", truncated=True)], max_tokens=7)
    )
    assert frames.end.status == "truncated"
    assert "max_tokens=7" in frames.end.error


async def test_two_streams_of_one_provider_are_independent():
    gate = asyncio.Event()
    provider = Scripted(
        [TextDelta("a"), gate, TextDelta("b"), STOP], [TextDelta("x"), TextDelta("y"), STOP]
    )
    first = asyncio.create_task(frames_of(session(provider=provider)))
    await until(lambda: provider.streams)
    second = await frames_of(session(provider=provider))
    gate.set()
    assert ((await first).text, second.text) == ("ab", "xy")


# Failures


async def test_a_failure_after_the_first_token_keeps_the_text_and_is_not_retried():
    provider = Scripted([TextDelta("partial"), dropped()])
    frames = await frames_of(session(provider=provider))
    assert (frames.end.status, frames.end.error) == ("failed", "Dropped.")
    assert frames.end.code == "stream-dropped"
    assert frames.text == "partial"
    assert (provider.streams, provider.closed) == (1, 1)


@pytest.mark.parametrize("first", [ReasoningDelta("Hm"), ToolCallDelta(0, "{")])
async def test_reasoning_and_tool_calls_count_as_the_first_token(first: ProviderEvent):
    provider = Scripted([first, dropped()])
    frames = await frames_of(session(provider=provider))
    assert provider.streams == 1
    assert frames.end.status == "failed"


async def test_a_stream_without_its_terminal_marker_fails_and_keeps_the_text():
    frames = await frames_of(session([TextDelta("partial")]))
    assert (frames.end.status, frames.end.code) == ("failed", "stream-dropped")
    assert "scripted" in frames.end.error
    assert frames.text == "partial"


@pytest.mark.parametrize("before", [[], [TextDelta("kept")]])
async def test_a_bug_in_the_provider_is_a_failed_stream_in_one_sentence(before: list[Step]):
    provider = Scripted([*before, ZeroDivisionError("secret")])
    frames = await frames_of(session(provider=provider))
    assert (frames.end.status, frames.end.code) == ("failed", "internal")
    assert "ZeroDivisionError" in frames.end.error
    assert "secret" not in frames.end.error
    assert provider.streams == 1
    assert frames.text == ("kept" if before else "")


async def test_the_request_id_of_a_refusal_stands_in_the_end():
    refused = AuthenticationFailed("Refused.", provider="scripted", request_id="req_9")
    frames = await frames_of(session([refused]))
    assert frames.end.request_id == "req_9"


class FailsToClose(Scripted):
    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        try:
            async for event in super().stream(request):
                yield event
        finally:
            raise ConnectionResetError("while closing")


async def test_a_connection_that_fails_to_close_does_not_undo_a_complete_answer():
    frames = await frames_of(session(provider=FailsToClose([TextDelta("a"), STOP])))
    assert frames.end.status == "complete"


async def test_a_connection_that_fails_to_close_does_not_turn_a_cancel_into_a_failure():
    provider = FailsToClose([TextDelta("a"), FOREVER])
    running = session(provider=provider)
    task = asyncio.create_task(frames_of(running))
    await provider.waiting.wait()
    running.cancel()
    assert (await task).end.status == "cancelled"


class SwallowsCancel(Scripted):
    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        yield TextDelta("a")
        self.waiting.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        raise dropped()


async def test_a_cancel_that_the_provider_reports_as_its_own_failure_is_a_cancel():
    provider = SwallowsCancel()
    running = session(provider=provider)

    async def whole() -> Frames:
        frames = await frames_of(running)
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        return frames

    task = asyncio.create_task(whole())
    await provider.waiting.wait()
    running.cancel()
    assert (await task).end.status == "cancelled"


# Sinks


async def test_a_sink_that_fails_at_any_frame_ends_the_stream_as_failed():
    script = [ReasoningDelta("Hm."), TextDelta("a"), Usage(1, 2), STOP]
    whole = len(await frames_of(session(script)))
    for broken in range(whole - 1):
        provider = Scripted(script)
        running = session(provider=provider)
        got: list[Frame] = []

        async def sink(frame: Frame, broken: int = broken, got: list[Frame] = got) -> None:
            if frame.seq == broken:
                raise OSError("disk full")
            got.append(frame)

        transcript = await running.run(sink)
        assert transcript.end is not None
        assert (transcript.end.status, transcript.end.code) == ("failed", "internal")
        assert isinstance(got[-1].event, End)
        assert provider.closed == provider.streams


async def test_a_sink_that_always_fails_still_leaves_a_whole_transcript():
    async def sink(frame: Frame) -> None:
        raise OSError("disk full")

    transcript = await session([TextDelta("a"), STOP]).run(sink)
    assert transcript.start is not None
    assert transcript.end is not None
    assert transcript.end.status == "failed"


async def test_a_failing_sink_does_not_hide_the_providers_failure():
    async def sink(frame: Frame) -> None:
        if isinstance(frame.event, PhaseEnd):
            raise OSError("disk full")

    refused = AuthenticationFailed("Refused.", provider="scripted")
    transcript = await session([refused]).run(sink)
    assert transcript.end is not None
    assert transcript.end.error == "Refused."


async def test_a_slow_sink_slows_the_reading():
    read = 0
    room = asyncio.Event()

    class Counting(Scripted):
        async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
            nonlocal read
            for _ in range(50):
                read += 1
                yield TextDelta("x")
            yield STOP

    frames = Frames()

    async def sink(frame: Frame) -> None:
        frames.append(frame)
        if isinstance(frame.event, TextDelta):
            await room.wait()

    task = asyncio.create_task(session(provider=Counting()).run(sink))
    for _ in range(50):
        await asyncio.sleep(0)
    assert read == 1
    room.set()
    await task
    assert_whole(frames)
    assert read == 50


# Cancel


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


# Retries


async def test_retries_are_visible_and_as_many_as_the_policy_says():
    provider = Scripted([Overloaded("Busy.", provider="scripted", status=529)])
    frames = await frames_of(session(provider=provider, chance=lambda: 0.0))
    resets = frames.events(Reset)
    assert resets == [Reset(n, 0.001, "529") for n in (1, 2, 3)]
    assert provider.streams == 4
    assert (frames.end.status, frames.end.error) == ("failed", "Busy.")


async def test_a_retry_that_succeeds_is_a_complete_answer():
    provider = Scripted([ConnectionFailed("No.", provider="scripted")], [TextDelta("Hello"), STOP])
    frames = await frames_of(session(provider=provider))
    assert frames.events(Reset) == [Reset(1, pytest.approx(0.001, rel=0.3), "connection failed")]
    assert (frames.end.status, frames.text) == ("complete", "Hello")


async def test_what_a_failed_attempt_counted_is_dropped():
    provider = Scripted([Served("old", "r1"), Usage(5, 6), dropped()], [TextDelta("Hello"), STOP])
    frames = await frames_of(session(provider=provider))
    assert Transcript(frames).usage == Usage()
    assert (frames.end.model, frames.end.request_id) == ("", "")


async def test_a_stream_that_ends_empty_without_its_marker_is_tried_again():
    provider = Scripted([], [TextDelta("Hello"), STOP])
    assert (await frames_of(session(provider=provider))).text == "Hello"


async def test_an_unrecoverable_failure_is_not_retried():
    provider = Scripted([AuthenticationFailed("Refused.", provider="scripted", status=401)])
    frames = await frames_of(session(provider=provider))
    assert provider.streams == 1
    assert frames.events(Reset) == []
    assert frames.end == End("failed", error="Refused.", code="authentication-failed")


async def test_retry_after_is_obeyed():
    limited = RateLimited("Slow.", provider="scripted", status=429, retry_after_s=0.004)
    frames = await frames_of(session([limited], [STOP]))
    assert frames.events(Reset) == [Reset(1, 0.004, "429")]


async def test_a_longer_retry_after_than_the_policy_bears_fails_at_once():
    limited = RateLimited("Slow.", provider="scripted", status=429, retry_after_s=3600)
    provider = Scripted([limited])
    frames = await frames_of(session(provider=provider))
    assert (provider.streams, frames.end.error) == (1, "Slow.")


# Limits


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_max_chars_cuts_exactly_also_inside_a_delta(size: int):
    text = "abcdefghij" * 3
    deltas = [TextDelta(text[i : i + size]) for i in range(0, len(text), size)]
    provider = Scripted([*deltas, STOP])
    frames = await frames_of(session(provider=provider, limits=Limits(max_chars=14)))
    assert frames.text == text[:14]
    assert frames.end.status == "truncated"
    assert "14" in frames.end.error
    assert "max_chars" in frames.end.error
    assert provider.closed == 1


async def test_an_answer_of_exactly_max_chars_is_complete():
    frames = await frames_of(session([TextDelta("abcd"), STOP], limits=Limits(max_chars=4)))
    assert frames.end.status == "complete"


async def test_endless_reasoning_is_cut_at_max_chars_too():
    frames = await frames_of(session([ReasoningDelta("abc")] * 5, limits=Limits(max_chars=7)))
    assert Transcript(frames).reasoning == "abcabca"
    assert frames.end.status == "truncated"


async def test_endless_tool_arguments_are_cut_at_max_chars_too():
    frames = await frames_of(
        session([ToolCallDelta(i % 2, "abc") for i in range(5)], limits=Limits(max_chars=7))
    )
    assert sum(len(call.arguments) for call in Transcript(frames).tool_calls) <= 7
    assert frames.end.status == "truncated"


async def test_max_seconds_ends_as_truncated_with_what_it_had():
    provider = Scripted([TextDelta("kept"), FOREVER])
    frames = await frames_of(session(provider=provider, limits=Limits(max_seconds=0.01)))
    assert (frames.end.status, frames.end.code, frames.text) == ("truncated", "limit", "kept")
    assert "0.01 seconds" in frames.end.error
    assert provider.closed == 1


async def test_max_seconds_counts_waits_before_a_retry():
    patient = RetryPolicy(first_wait_s=3600, longest_wait_s=3600, deadline_s=9999)
    frames = await frames_of(session([dropped()], retry=patient, limits=Limits(max_seconds=0.01)))
    assert frames.end.status == "truncated"


async def test_the_third_stream_waits_for_a_slot_as_queued_and_runs_after():
    slots = Slots(2)
    gates = [asyncio.Event(), asyncio.Event()]
    running = [
        asyncio.create_task(frames_of(session([TextDelta("a"), gate, STOP], slots=slots)))
        for gate in gates
    ]
    third = session([TextDelta("third"), STOP], slots=slots)
    waiting = asyncio.create_task(frames_of(third))
    await until(lambda: third.transcript.phase)
    assert third.transcript.phase == PhaseStart("queued")
    gates[1].set()
    frames = await waiting
    assert frames.text == "third"
    assert frames.events(PhaseStart)[0] == PhaseStart("queued")
    gates[0].set()
    await asyncio.gather(*running)
    assert not slots.busy


async def test_a_cancel_while_queued_sends_nothing_and_keeps_no_slot():
    slots = Slots(1)
    gate = asyncio.Event()
    first = asyncio.create_task(frames_of(session([gate, STOP], slots=slots)))
    provider = Scripted([STOP])
    second = session(provider=provider, slots=slots)
    waiting = asyncio.create_task(frames_of(second))
    await until(lambda: second.transcript.phase)
    second.cancel()
    assert (await waiting).end.status == "cancelled"
    assert provider.streams == 0
    gate.set()
    await first
    assert not slots.busy


@pytest.mark.parametrize("ending", [FOREVER, STOP, ZeroDivisionError(), dropped()])
async def test_every_way_to_end_gives_the_slot_back(ending: Step):
    slots = Slots(1)
    provider = Scripted([TextDelta("a"), ending])
    running = session(provider=provider, slots=slots)
    task = asyncio.create_task(frames_of(running))
    if ending is FOREVER:
        await provider.waiting.wait()
        running.cancel()
    await task
    assert not slots.busy


# Text


async def test_a_character_cut_between_two_deltas_is_put_together():
    high, low = "\ud83d", "\ude00"
    frames = await frames_of(
        session([TextDelta("a" + high), Usage(1, 1), TextDelta(low + "b"), STOP])
    )
    assert frames.text == "a😀b"


@pytest.mark.parametrize("half", [chr(0xD83D), chr(0xDE00)], ids=["first", "second"])
@pytest.mark.parametrize("kind", [TextDelta, ReasoningDelta])
async def test_half_a_character_is_shown_as_replaced(half: str, kind: type[TextDelta]):
    frames = await frames_of(session([kind("a" + half), kind("b"), kind("c" + half), STOP]))
    transcript = Transcript(frames)
    said = transcript.text + transcript.reasoning
    assert said == "a\ufffdbc\ufffd"


async def test_half_a_character_in_tool_arguments_is_replaced():
    frames = await frames_of(session([ToolCallDelta(0, '"\ud83d"', "f"), STOP]))
    assert Transcript(frames).tool_calls[0].arguments == '"\ufffd"'


# Progress


async def test_progress_is_told_while_text_comes_and_at_the_end():
    clock = count()
    frames = await frames_of(
        session(
            [*[TextDelta("abcd")] * 8, Usage(3, 8), STOP],
            max_tokens=10,
            clock=lambda: float(next(clock)),
        )
    )
    progress = [e for e in frames.events(Progress) if isinstance(e, Progress)]
    assert len(progress) == 9
    assert progress[-1] == Progress(0.8, "max_tokens", 8, exact=True)


def test_a_session_needs_no_more_of_a_sink_than_a_callable():
    async def sink(frame: Frame) -> None:
        pass

    typed: Sink = sink
    awaited: Awaitable[None] = typed(Frame(0, 0.0, Start("m", 0.0)))
    asyncio.run(asyncio.wait_for(awaited, 1))
