"""Answers that must fit a schema: what is asked again, what is seen of it, and how it ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any

import psutil
import pydantic
import pytest

from nbstream import aside
from nbstream.errors import InvalidAnswer
from nbstream.events import End, Notice, PhaseStart, Reset, TextDelta, Usage
from nbstream.generation import Generation
from nbstream.limits import Limits
from nbstream.provider import ProviderEvent, Stop
from nbstream.request import Message, Request
from nbstream.schema import schema
from nbstream.session import Session
from nbstream.sinks.saved import footer
from nbstream.transcript import Transcript
from nbstream.wanted import Wanted
from tests.scripted import FOREVER, QUICK, STOP, Scripted, Step, dropped, frames_of, until


@dataclass
class City:
    name: str
    people: int


GOOD = TextDelta('{"name": "Ulm", "people": 129000}')
WRONG = TextDelta('{"name": "Ulm"}')
PROBLEM = "people: Field required"


REQUEST = Request("m", (Message("user", "Ulm?"),))
PROCESS = "nbstream.json_schema"


class Asked(Scripted):
    """Keeps what it was asked."""

    def __init__(self, *scripts: list[Step]) -> None:
        super().__init__(*scripts)
        self.requests: list[Request] = []

    def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        self.requests.append(request)
        return super().stream(request)


def wanting(provider: Asked, tries: int = 2) -> Session:
    request = Request("m", (Message("user", "Ulm?"),))
    return Session(
        provider, request, model="scripted/m", retry=QUICK, wanted=Wanted(schema(City), tries)
    )


async def test_an_answer_that_fits_is_its_value():
    session = wanting(Asked([GOOD, STOP]))
    frames = await frames_of(session)
    assert frames.end == End("complete", "stop")
    assert session.wanted.value == City("Ulm", 129_000)
    assert frames.events(Reset, Notice) == []


async def test_what_both_answers_used_and_cost_is_summed():
    provider = Asked(
        [WRONG, Usage(10, 5, cost_usd=0.5), STOP], [GOOD, Usage(20, 9, cost_usd=0.25), STOP]
    )
    session = wanting(provider)
    await frames_of(session)
    result = Generation.of(session.transcript)
    assert result.usage == Usage(30, 14, cost_usd=0.75)
    assert (result.metrics.output_tokens, result.metrics.exact) == (14, True)
    assert " · 14 tokens · $0.75 · " in footer(result)
    progress = session.transcript.progress
    assert (progress and progress.tokens, progress and progress.exact) == (9, True)


async def test_an_answer_that_does_not_fit_is_asked_for_again_with_what_is_wrong():
    provider = Asked([WRONG, STOP], [GOOD, STOP])
    session = wanting(provider)
    frames = await frames_of(session)
    assert frames.end.status == "complete"
    assert session.wanted.value == City("Ulm", 129_000)
    sentence = f"The answer does not fit City: {PROBLEM}. Asked again with that (1 of 2)."
    assert frames.events(Notice) == [Notice("warning", sentence)]
    assert frames.events(Reset) == [Reset(1, 0.0, "invalid answer")]
    assert PhaseStart("retrying") in frames.events(PhaseStart)
    assert frames.text == GOOD.text
    first, second = provider.requests
    assert second.messages == (
        *first.messages,
        Message("assistant", WRONG.text),
        Message(
            "user",
            f"That does not fit: {PROBLEM}. Answer again with the whole JSON value, put right,"
            " and nothing else.",
        ),
    )


async def test_an_empty_answer_that_does_not_fit_has_no_text_that_is_kept():
    session = wanting(Asked([STOP]))
    frames = await frames_of(session)
    assert frames.end.status == "failed"
    assert "kept" not in frames.end.error


async def test_the_tries_are_bounded_and_the_last_text_is_kept():
    provider = Asked([WRONG, STOP], [TextDelta("Sorry."), STOP])
    session = wanting(provider)
    frames = await frames_of(session)
    assert provider.streams == 3
    assert frames.end == End(
        "failed",
        "stop",
        "The answer does not fit City: it is not JSON: expected value at line 1 column 1; its text"
        " is kept.",
        "invalid-answer",
    )
    assert isinstance(session.failure, InvalidAnswer)
    assert session.failure.provider == "scripted"
    assert (session.wanted.value, frames.text) == (None, "Sorry.")
    # What was asked stays short: the newest wrong answer alone.
    assert len(provider.requests[-1].messages) == 3


async def test_no_tries_is_once():
    provider = Asked([WRONG, STOP])
    assert (await frames_of(wanting(provider, 0))).end.code == "invalid-answer"
    assert provider.streams == 1


async def test_an_empty_answer_is_asked_for_again_as_at_first():
    provider = Asked([STOP], [GOOD, STOP])
    assert (await frames_of(wanting(provider))).end.status == "complete"
    assert provider.requests[0] == provider.requests[1]


async def test_an_answer_that_was_cut_at_a_limit_is_not_asked_for_again():
    cut = Stop("length", truncated=True)
    provider = Asked([WRONG, cut])
    session = wanting(provider)
    assert (await frames_of(session)).end.status == "truncated"
    assert (provider.streams, session.wanted.value) == (1, None)
    whole = wanting(Asked([GOOD, cut]))
    assert (await frames_of(whole)).end.status == "truncated"
    assert whole.wanted.value == City("Ulm", 129_000)


async def test_a_model_that_declined_is_not_asked_again():
    provider = Asked([TextDelta("No."), Stop("refusal")])
    assert (await frames_of(wanting(provider))).end.code == "invalid-answer"
    assert provider.streams == 1


async def test_a_stream_that_broke_off_begins_again_instead_of_going_on_in_the_middle():
    provider = Asked([TextDelta('{"name": '), dropped()], [GOOD, STOP])
    provider.continues = True  # pyright: ignore[reportAttributeAccessIssue]
    session = wanting(provider)
    frames = await frames_of(session)
    assert (frames.end.status, frames.text) == ("complete", GOOD.text)
    assert provider.requests[0] == provider.requests[1]


async def test_a_cancel_while_it_is_asked_for_again_ends_it_with_what_came():
    provider = Asked([WRONG, STOP], [TextDelta('{"name": "U'), FOREVER])
    session = wanting(provider)
    running = asyncio.create_task(frames_of(session))
    await until(provider.waiting.is_set)
    session.cancel()
    frames = await running
    assert frames.end.status == "cancelled"
    assert Transcript(frames).text == '{"name": "U'
    assert session.wanted.value is None
    assert provider.closed == 2


class Turns:
    """Counts the turns of the loop while it is entered."""

    count = 0

    async def __aenter__(self) -> Turns:
        async def go_round() -> None:
            while True:
                self.count += 1
                await asyncio.sleep(0.01)

        self._task = asyncio.create_task(go_round())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()


RUNAWAY = TextDelta('"' + "a" * 64 + '!"')
released = threading.Event()


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    """Threads that still wait in a check are let go."""
    released.clear()
    yield
    released.set()


def wait(text: str) -> str:
    released.wait()
    return text


def spin(text: str) -> str:
    while not released.is_set():
        pass
    return text


def leave(text: str) -> str:
    raise SystemExit(text)


CHECKS_WITHOUT_END: dict[str, Any] = {
    "a pattern": {"pattern": "^(a+)+$"},
    "a validator that waits": Annotated[str, pydantic.AfterValidator(wait)],
    "a validator that computes": Annotated[str, pydantic.AfterValidator(spin)],
}
without_end = pytest.mark.parametrize("kind", CHECKS_WITHOUT_END.values(), ids=CHECKS_WITHOUT_END)


@without_end
async def test_a_check_without_end_fails_in_time_keeps_the_text_and_is_not_asked_for_again(
    kind: Any, monkeypatch: pytest.MonkeyPatch
):
    provider = Asked([RUNAWAY, STOP])
    session = Session(provider, REQUEST, model="scripted/m", wanted=Wanted(schema(kind)))
    monkeypatch.setattr(aside, "LIMIT_S", 1.0)
    async with Turns() as turns:
        frames = await frames_of(session)
    assert turns.count > 10
    assert (frames.end.status, frames.end.code) == ("failed", "invalid-answer")
    assert "could not be checked against" in frames.end.error
    assert "that takes longer than 1 s; its text is kept." in frames.end.error
    assert (frames.text, session.wanted.value) == (RUNAWAY.text, None)
    assert provider.streams == 1


@without_end
async def test_a_cancel_ends_a_check_and_keeps_the_text(kind: Any):
    session = Session(
        Asked([RUNAWAY, STOP]), REQUEST, model="scripted/m", wanted=Wanted(schema(kind))
    )
    # Nothing is said of a check: the first turns after the text are in it.
    running = asyncio.create_task(frames_of(session))
    async with Turns() as turns:
        await until(lambda: bool(session.transcript.text) and turns.count > 20)
        assert not running.done()
        session.cancel()
        frames = await running
    assert (frames.end.status, frames.text) == ("cancelled", RUNAWAY.text)


async def test_the_time_limit_of_a_stream_ends_a_check():
    limits = Limits(max_seconds=0.5)
    kind = CHECKS_WITHOUT_END["a validator that waits"]
    session = Session(
        Asked([RUNAWAY, STOP]), REQUEST, model="scripted/m", limits=limits,
        wanted=Wanted(schema(kind)),
    )  # fmt: skip
    frames = await frames_of(session)
    assert (frames.end.status, frames.text) == ("truncated", RUNAWAY.text)


def processes() -> list[int]:
    """Those that check an answer for this one."""
    found: list[int] = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):  # it is over by now
            if PROCESS in child.cmdline():
                found.append(child.pid)
    return found


async def test_a_process_that_checks_is_gone_with_the_cancel():
    session = Session(
        Asked([RUNAWAY, STOP]), REQUEST, model="scripted/m",
        wanted=Wanted(schema(CHECKS_WITHOUT_END["a pattern"])),
    )  # fmt: skip
    running = asyncio.create_task(frames_of(session))
    before = processes()
    await until(lambda: bool(processes()))
    assert before == []
    session.cancel()
    await running
    await until(lambda: processes() == [])


async def test_a_validator_that_ends_the_program_is_a_sentence():
    kind = Annotated[str, pydantic.AfterValidator(leave)]
    provider = Asked([TextDelta('"x"'), STOP])
    session = Session(provider, REQUEST, model="scripted/m", wanted=Wanted(schema(kind), 0))
    frames = await frames_of(session)
    assert frames.end.code == "invalid-answer"
    assert "raised SystemExit: x" in frames.end.error
