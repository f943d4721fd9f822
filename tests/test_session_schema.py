"""Answers that must fit a schema: what is asked again, what is seen of it, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from nbstream.errors import InvalidAnswer
from nbstream.events import End, Notice, PhaseStart, Reset, TextDelta, Usage
from nbstream.generation import Generation
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
