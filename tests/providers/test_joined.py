"""Answers that break off in the middle, through the real adapters: what the reader has in the end
is the whole text, wherever it broke and however the provider goes on."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from nbstream.events import Event, Frame, Reset, Resume
from nbstream.generation import Generation
from nbstream.retry import OnDrop, RetryPolicy
from nbstream.session import Session
from tests.answers import DROP, Answer, Received
from tests.loopback import Loopback
from tests.providers.adapters import ADAPTERS, Adapter, request
from tests.speaking import begun, framed

TEXT = "The quick brown fox jumps over the größe dog while it rains 👩‍🔬 in Spain.\n\nAnd so on."
PIECES = [TEXT[at : at + 7] for at in range(0, len(TEXT), 7)]

GOES_ON: dict[str, Callable[[str], str]] = {
    "exactly": lambda so_far: TEXT[len(so_far) :],
    "with-its-last-words": lambda so_far: " ".join(so_far.split(" ")[-2:]) + TEXT[len(so_far) :],
    "from-the-beginning": lambda _: TEXT,
}


@dataclass
class Breaking:
    """A server that breaks the first answer off after as many events as its prompt says, and goes
    on in one of three ways."""

    goes_on: Callable[[str], str] = GOES_ON["exactly"]
    broken: set[int] = field(default_factory=set[int])

    def __call__(self, received: Received) -> Answer:
        (after,) = map(int, set(re.findall(r"after (\d+)", json.dumps(received.body))))
        so_far = begun(received)
        if so_far:
            said = self.goes_on(so_far)
            framing = framed(received.path, [said[at : at + 5] for at in range(0, len(said), 5)])
        else:
            framing = framed(received.path, PIECES)
        before, spoken, end = framing
        if so_far or after in self.broken:
            return Answer([before, *spoken, end])
        self.broken.add(after)
        return Answer([*events_of(before, spoken, end)[:after], DROP])


def events_of(before: bytes, spoken: list[bytes], after: bytes) -> list[bytes]:
    """The stream's events without the last, which is its terminal marker."""
    return [before, *spoken, *(event + b"\n\n" for event in after.split(b"\n\n")[:-2])]


@pytest.fixture(params=ADAPTERS, ids=str)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return request.param


async def answered(
    adapter: Adapter, places: Iterable[int], on_drop: OnDrop, goes_on: str = "exactly"
) -> list[tuple[Generation, list[Event]]]:
    """An answer for each place to break off at, all at once from one server."""
    policy = RetryPolicy(first_wait_s=0.0, on_drop=on_drop)
    async with Loopback(script=Breaking(GOES_ON[goes_on])) as server:
        provider = adapter.make(server.url)

        async def answer(place: int) -> tuple[Generation, list[Event]]:
            events: list[Event] = []

            async def sink(frame: Frame) -> None:
                events.append(frame.event)

            asked = request(f"Break off after {place}.")
            session = Session(provider, asked, model=f"{adapter}/m", retry=policy)
            await session.run(sink)
            return Generation.of(session.transcript), events

        return await asyncio.gather(*map(answer, places))


@pytest.mark.parametrize("way", GOES_ON)
async def test_a_text_continued_after_any_event_is_whole(adapter: Adapter, way: str) -> None:
    places = range(len(events_of(*adapter.framed(PIECES))) + 1)
    answers = await answered(adapter, places, "continue", way)
    for place, (result, events) in zip(places, answers, strict=True):
        assert (result.text, result.status) == (TEXT, "complete"), place
        again = [type(event) for event in events if isinstance(event, Reset | Resume)]
        assert again == [Resume if place > 1 else Reset], place


async def test_a_text_that_is_begun_again_is_whole_and_once(adapter: Adapter) -> None:
    ((result, events),) = await answered(adapter, [5], "restart")
    assert (result.text, result.status) == (TEXT, "complete")
    assert sum(isinstance(event, Reset) for event in events) == 1


async def test_a_text_that_is_left_broken_is_kept(adapter: Adapter) -> None:
    ((result, _),) = await answered(adapter, [5], "stop")
    assert (result.text, result.error_code) == ("".join(PIECES[:4]), "stream-dropped")
