"""Limits: a stream that passes one ends with what it had, and one too many waits."""

from __future__ import annotations

import asyncio

import pytest

from nbstream.events import (
    PhaseStart,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
)
from nbstream.limits import Limits, Slots
from nbstream.retry import RetryPolicy
from nbstream.transcript import Transcript
from tests.scripted import (
    FOREVER,
    STOP,
    Scripted,
    Step,
    dropped,
    frames_of,
    session,
    until,
)


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


class Cold(Scripted):
    """Has to load what it asks with."""

    async def warm_up(self) -> None:
        await asyncio.sleep(0.2)


async def test_what_a_provider_loads_first_is_no_silence():
    cold = Cold([TextDelta("a"), STOP])
    frames = await frames_of(session(provider=cold, limits=Limits(max_idle_seconds=0.1)))
    assert (frames.end.status, frames.text) == ("complete", "a")


async def test_a_cancel_while_a_provider_loads_sends_nothing():
    cold = Cold([STOP])
    frames = await frames_of(session(provider=cold, limits=Limits(max_seconds=0.01)))
    assert frames.end.status == "truncated"
    assert cold.streams == 0


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
