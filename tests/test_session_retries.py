"""Attempts that fail: which are made again, and what is seen of it."""

from __future__ import annotations

import pytest

from nbstream.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    Overloaded,
    RateLimited,
)
from nbstream.events import (
    End,
    Reset,
    TextDelta,
    Usage,
)
from nbstream.provider import Served
from nbstream.transcript import Transcript
from tests.scripted import (
    STOP,
    Scripted,
    dropped,
    frames_of,
    session,
)


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


async def test_what_a_failed_attempt_counted_counts_and_who_it_was_does_not():
    provider = Scripted([Served("old", "r1"), Usage(5, 6), dropped()], [TextDelta("Hello"), STOP])
    frames = await frames_of(session(provider=provider))
    assert Transcript(frames).usage == Usage(5, 6)
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
