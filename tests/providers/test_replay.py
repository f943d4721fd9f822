"""Recordings replayed: through a session they come out as they were recorded."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from nbstream import errors
from nbstream.events import (
    End,
    Event,
    Frame,
    Notice,
    PhaseStart,
    Progress,
    ReasoningDelta,
    Reset,
    Start,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from nbstream.provider import Phase, Served, Stop
from nbstream.providers.replay import Replay
from nbstream.recording import Recorder
from nbstream.request import Message, Request
from nbstream.session import Session
from tests.providers.adapters import gather, until_failed

SAID: list[Event] = [
    PhaseStart("loading", "a model"),
    PhaseStart("waiting"),
    ReasoningDelta("Hm."),
    TextDelta("One "),
    Notice("info", "Slow today."),
    Progress(None, "none", 1),
    ToolCallDelta(0, "{}", "f", "id"),
    TextDelta("two."),
    Usage(7, 3),
]


async def recorded(path: Path, *events: Event, every_s: float = 0.0) -> Request:
    """A recording of `events` at `path`, and the request that replays it."""
    recorder = Recorder(path)
    for number, event in enumerate((Start("anthropic/some-model", 1.0), *events)):
        await recorder(Frame(number, number * every_s, event))
    recorder.close()
    return Request(str(path), (Message("user", "anything"),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "one.ndjson"


async def test_what_the_provider_said_is_replayed_and_what_the_session_said_is_not(
    path: Path,
) -> None:
    end = End("complete", "end_turn", model="some-model-1", request_id="req_7")
    assert await gather(Replay(), await recorded(path, *SAID, end)) == [
        Served("some-model-1", "req_7"),
        Phase("loading", "a model"),
        ReasoningDelta("Hm."),
        TextDelta("One "),
        Notice("info", "Slow today."),
        ToolCallDelta(0, "{}", "f", "id"),
        TextDelta("two."),
        Usage(7, 3),
        Stop("end_turn"),
    ]


async def test_what_a_retry_dropped_is_not_replayed(path: Path) -> None:
    said = [ReasoningDelta("No."), Reset(1, 0.5, "529"), TextDelta("Yes.")]
    asked = await recorded(path, *said, End("complete", "end_turn"))
    assert await gather(Replay(), asked) == [TextDelta("Yes."), Stop("end_turn")]


async def test_a_cut_answer_is_cut_again(path: Path) -> None:
    asked = await recorded(path, TextDelta("One "), End("truncated", "max_tokens"))
    assert (await gather(Replay(), asked))[-1] == Stop("max_tokens", truncated=True)


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        ("rate-limited", errors.RateLimited),
        ("model-not-found", errors.ModelNotFound),
        ("stream-dropped", errors.StreamDropped),
        ("internal", errors.ProviderError),
    ],
)
async def test_a_failure_fails_again_and_is_not_tried_again(
    path: Path, code: str, error_class: type[Exception]
) -> None:
    asked = await recorded(path, End("failed", error="It was so.", code=code))
    with pytest.raises(error_class, match="It was so") as failed:
        await gather(Replay(), asked)
    assert not getattr(failed.value, "recoverable", False)


@pytest.mark.parametrize("ends", [[], [End("cancelled")]], ids=["broken-off", "cancelled"])
async def test_a_recording_without_its_end_is_a_dropped_stream(
    path: Path, ends: list[Event]
) -> None:
    asked = await recorded(path, TextDelta("One "), *ends)
    text, error = await until_failed(Replay(), asked)
    assert text == "One "
    assert isinstance(error, errors.StreamDropped)


async def sleeps(request: Request, replay: Replay, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the replay meant to wait, without the waiting."""
    waits: list[float] = []
    loop = asyncio.get_running_loop()
    skipped, clock = 0.0, loop.time
    monkeypatch.setattr(loop, "time", lambda: clock() + skipped)
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        nonlocal skipped
        waits.append(seconds)
        skipped += seconds
        await real(0)

    monkeypatch.setattr("nbstream.providers.replay.asyncio.sleep", sleep)
    await gather(replay, request)
    monkeypatch.undo()
    return waits


@pytest.mark.parametrize(("speed", "expected"), [(1.0, 5.0), (10.0, 0.5), (0, 0.0)])
async def test_the_pace_is_the_recorded_one_times_the_speed(
    path: Path, monkeypatch: pytest.MonkeyPatch, speed: float, expected: float
) -> None:
    said = [TextDelta("x") for _ in range(4)]
    asked = await recorded(path, *said, End("complete", "stop"), every_s=1.0)
    waits = await sleeps(asked, Replay(speed=speed), monkeypatch)
    assert expected - 0.5 <= sum(waits) <= expected


async def test_the_speed_may_come_with_the_request(path: Path) -> None:
    asked = await recorded(path, TextDelta("x"), End("complete", "stop"), every_s=1e6)
    asked.extra["speed"] = 0
    assert await gather(Replay(), asked) == [TextDelta("x"), Stop("stop")]


@pytest.mark.parametrize("speed", [-1, "fast"])
async def test_a_speed_that_is_none_is_told(path: Path, speed: object) -> None:
    asked = await recorded(path, TextDelta("x"), End("complete", "stop"))
    asked.extra["speed"] = speed
    with pytest.raises(errors.UsageError, match="speed"):
        await gather(Replay(), asked)


async def test_a_recording_of_a_session_replays_to_the_same_transcript(
    path: Path, tmp_path: Path
) -> None:
    async def nowhere(_frame: Frame) -> None:
        pass

    asked = await recorded(path, *SAID, End("complete", "end_turn"))
    again = tmp_path / "again.ndjson"
    first = await Session(Replay(speed=0), asked, model="replay/one").run(Recorder(again))
    asked = Request(str(again), asked.messages)
    second = await Session(Replay(speed=0), asked, model="replay/again").run(nowhere)
    assert first.text == second.text == "One two."
    assert first.end == second.end == End("complete", "end_turn")
