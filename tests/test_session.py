"""A session over a scripted provider: one Start, one End, whatever happens between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from itertools import count

import pytest

from nbstream.errors import (
    AuthenticationFailed,
)
from nbstream.events import (
    End,
    Frame,
    Notice,
    PhaseEnd,
    PhaseStart,
    Progress,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from nbstream.provider import Phase, ProviderEvent, Served, Stop
from nbstream.request import Request
from nbstream.transcript import Transcript
from tests.scripted import (
    FOREVER,
    STOP,
    Frames,
    Scripted,
    Step,
    assert_whole,
    dropped,
    frames_of,
    session,
    until,
)

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


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([], ["The model's answer is empty (stop)."]),
        ([TextDelta(" \n")], ["The model's answer is empty (stop)."]),
        ([ReasoningDelta("Hm.")], ["The model thought and gave no answer (stop)."]),
        ([ToolCallDelta(0, "{}", "f", "1")], []),
        ([TextDelta("a")], []),
        ([Notice("warning", "It declined.")], ["It declined."]),
    ],
)
async def test_an_empty_answer_is_told(said: list[Step], told: list[str]):
    frames = await frames_of(session([*said, STOP]))
    assert frames.end.status == "complete"
    assert [notice.text for notice in frames.events(Notice)] == told


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
