"""`stream` and `generate` in plain asyncio programs, over a real adapter and a real connection."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import nbstream
from nbstream import api, providers, structured, wire
from nbstream.errors import InvalidAnswer, MissingKey, ModelNotFound, RateLimited, UsageError
from nbstream.events import End, Event, Frame, Progress, Start, TextDelta, Usage
from nbstream.generation import Generation
from nbstream.json_text import partial_json
from nbstream.request import JsonSchema, Request, in_words
from tests.loopback import DROP, STALL, Answer, Loopback, LoopbackThread, Step
from tests.scripted import STOP, Scripted
from tests.speaking import chat_chunks

TOKENS = ["Hello", ", ", "world"]
WAIT_S = 20


def answer(tokens: list[str], *steps: Step) -> Answer:
    """The tokens, then the steps in place of the end, where there are any."""
    before, spoken, after = chat_chunks(tokens)
    return Answer([before, *spoken, *(steps or (after,))])


def to(server: Loopback | LoopbackThread) -> dict[str, Any]:
    return {"model": "openai-chat/test", "base_url": f"{server.url}/v1", "retries": 0}


@pytest.fixture(autouse=True)
def _slots_are_given_back() -> Iterator[None]:
    yield
    assert api.slots._free == 16  # pyright: ignore[reportPrivateUsage]


async def test_a_stream_is_its_events_from_start_to_end():
    async with Loopback(answer(TOKENS)) as server:
        events = [event async for event in nbstream.stream("Hi", **to(server))]
    assert isinstance(events[0], Start)
    assert isinstance(events[-1], End)
    assert [e.text for e in events if isinstance(e, TextDelta)] == TOKENS
    assert server.requests[0].body["messages"] == [{"role": "user", "content": "Hi"}]


async def test_generate_is_the_whole_answer_and_the_last():
    async with Loopback(answer(TOKENS)) as server:
        result = await nbstream.generate("Hi", max_tokens=9, **to(server))
    assert (result.text, result.status, result.model) == (
        "Hello, world",
        "complete",
        "openai-chat/test",
    )
    assert result.usage == Usage(7, 3)
    assert result.served_model == "loopback-1"
    assert nbstream.last is result
    assert server.requests[0].body["max_tokens"] == 9


async def test_a_failed_answer_keeps_its_text_and_is_the_last():
    async with Loopback(answer(TOKENS, DROP)) as server:
        result = await nbstream.generate("Hi", **to(server))
    assert (result.status, result.text) == ("failed", "Hello, world")
    assert result.error
    assert nbstream.last is result
    with pytest.raises(nbstream.NbStreamError, match="ended before"):
        result.raise_for_status()


async def test_a_cancelled_task_leaves_what_came_as_the_last():
    async with Loopback(answer(TOKENS, STALL)) as server:

        async def consume() -> None:
            async for event in nbstream.stream("Hi", **to(server)):
                if event == TextDelta("world"):
                    said.set()

        said = asyncio.Event()
        task = asyncio.create_task(consume())
        await asyncio.wait_for(said.wait(), WAIT_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.requests[0].closed.wait(), WAIT_S)
    assert isinstance(nbstream.last, Generation)
    assert (nbstream.last.status, nbstream.last.text) == ("cancelled", "Hello, world")


async def test_a_timeout_around_generate_is_a_timeout_and_keeps_what_came():
    async with Loopback(answer(TOKENS, STALL)) as server:

        async def ask() -> None:
            async with asyncio.timeout(None) as limit:

                async def expire() -> None:
                    while not (  # noqa: ASYNC110
                        server.requests and server.requests[0].first_byte_at
                    ):
                        await asyncio.sleep(0)
                    limit.reschedule(0)

                expiring = asyncio.create_task(expire())
                await nbstream.generate("Hi", **to(server))
            await expiring

        with pytest.raises(TimeoutError):
            await ask()
        await asyncio.wait_for(server.requests[0].closed.wait(), WAIT_S)
    assert nbstream.last is not None
    assert nbstream.last.status == "cancelled"


async def test_leaving_the_loop_early_closes_the_connection():
    async with Loopback(answer(TOKENS, STALL)) as server:
        async for event in nbstream.stream("Hi", **to(server)):
            if isinstance(event, TextDelta):
                break
        await asyncio.wait_for(server.requests[0].closed.wait(), WAIT_S)
    assert nbstream.last is not None
    assert nbstream.last.status == "cancelled"


def test_a_loop_left_at_the_very_end_of_a_program_is_the_last():
    async def program(server: LoopbackThread) -> None:
        async for event in nbstream.stream("Hi", **to(server)):
            if isinstance(event, TextDelta):
                break

    with LoopbackThread(answer(TOKENS, STALL)) as server:
        before = nbstream.last
        asyncio.run(program(server))
    assert nbstream.last is not None
    assert nbstream.last is not before
    assert nbstream.last.status == "cancelled"


async def test_a_failure_in_the_loop_closes_the_connection_and_is_raised():
    async def consume(server: Loopback) -> None:
        async for event in nbstream.stream("Hi", **to(server)):
            if isinstance(event, TextDelta):
                raise ZeroDivisionError

    async with Loopback(answer(TOKENS, STALL)) as server:
        with pytest.raises(ZeroDivisionError):
            await consume(server)
        await asyncio.wait_for(server.requests[0].closed.wait(), WAIT_S)


@pytest.fixture
def recording(tmp_path: Path) -> str:
    frames = [
        Frame(0, 0.0, Start("replay/x", 0.0)),
        *(Frame(n, 0.0, TextDelta("x")) for n in range(1, 81)),
        Frame(81, 0.0, End("complete")),
    ]
    path = tmp_path / "answer.ndjson"
    path.write_text("".join(f"{json.dumps(wire.to_json(frame))}\n" for frame in frames))
    return f"replay/{path}"


async def test_a_consumer_may_leave_wherever_it_is_and_however_full_the_queue(recording: str):
    options: dict[str, Any] = {"model": recording, "extra": {"speed": 0}}
    whole = len([event async for event in nbstream.stream("Hi", **options)])
    for taken in (1, 2, *range(whole - api._BEHIND - 3, whole - api._BEHIND + 3), whole - 1):
        async with aclosing(nbstream.stream("Hi", **options)) as events:
            for _ in range(taken):
                await anext(events)
            for _ in range(2 * whole):
                await asyncio.sleep(0)  # the queue fills, or the stream ends
            await asyncio.wait_for(events.aclose(), WAIT_S)


async def test_a_slow_consumer_gets_every_event(recording: str):
    events: list[Event] = []
    async for event in nbstream.stream("Hi", model=recording, extra={"speed": 0}):
        events.append(event)
        await asyncio.sleep(0)
    assert sum(isinstance(event, TextDelta) for event in events) == 80
    assert isinstance(events[-1], End)


def test_every_loop_and_thread_can_stream():
    async def ask(server: LoopbackThread) -> str:
        results = await asyncio.gather(*(nbstream.generate("Hi", **to(server)) for _ in range(3)))
        return " ".join(result.text for result in results)

    with LoopbackThread(script=lambda _: answer(TOKENS)) as server:
        texts = [asyncio.run(ask(server))]
        threads = [
            threading.Thread(target=lambda: texts.append(asyncio.run(ask(server))))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert texts == ["Hello, world Hello, world Hello, world"] * 3


async def test_a_complete_answer_is_what_the_next_ones_progress_is_measured_by():
    model = {"model": "openai-chat/measured"}
    async with Loopback(script=lambda _: answer(["word "] * 50)) as server:
        await nbstream.generate("Hi", **{**to(server), **model})
        events = [event async for event in nbstream.stream("Hi", **{**to(server), **model})]
    progress = [event for event in events if isinstance(event, Progress)]
    assert {p.source for p in progress} == {"past-answers"}
    assert progress[-1].fraction == 0.8


@pytest.mark.parametrize(
    ("prompt", "options", "kind", "sentence"),
    [
        ("Hi", {"colour": "red"}, UsageError, "Unknown option 'colour'"),
        (" ", {}, UsageError, "The prompt is empty"),
        ("Hi", {"max_tokens": 0}, UsageError, "max_tokens"),
        ("Hi", {"max_seconds": -1}, UsageError, "max_seconds"),
        ("Hi", {"retries": -1}, UsageError, "retries"),
        ("Hi", {"model": "nonesuch/m"}, ModelNotFound, "nonesuch"),
        ("Hi", {"model": "anthropic/m", "base_url": None}, MissingKey, "ANTHROPIC_API_KEY"),
        (" ", {"model": "anthropic/m", "base_url": None}, UsageError, "The prompt is empty"),
    ],
)
async def test_what_cannot_be_sent_is_raised_before_anything_is(
    monkeypatch: pytest.MonkeyPatch,
    prompt: str,
    options: dict[str, Any],
    kind: type[Exception],
    sentence: str,
):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    async with Loopback(answer(TOKENS)) as server:
        with pytest.raises(kind, match=sentence):
            await nbstream.generate(prompt, **{**to(server), **options})
        with pytest.raises(kind, match=sentence):
            await anext(nbstream.stream(prompt, **{**to(server), **options}))
    assert server.requests == []


async def test_a_failure_is_raised_with_the_facts_the_provider_told():
    busy = Answer.json({"error": {"message": "Slow."}}, 429, retry_after="7", x_request_id="r1")
    async with Loopback(busy) as server:
        result = await nbstream.generate(
            "Hi", model="openai-chat/m", base_url=f"{server.url}/v1", retries=0
        )
    with pytest.raises(RateLimited, match="Slow") as raised:
        result.raise_for_status()
    error = raised.value
    assert (error.provider, error.status, error.request_id) == ("openai-chat", 429, "r1")
    assert (error.retry_after_s, error.recoverable) == (7.0, True)
    assert error.__context__ is None


@dataclass
class City:
    name: str
    rivers: list[str]


CITY = ['{"name": "U', 'lm", "rivers": ["Ill', 'er"]}']


async def test_the_value_of_an_answer_is_an_instance():
    async with Loopback(answer(CITY)) as server:
        result = await nbstream.generate("Ulm?", schema=City, **to(server))
        talk = nbstream.Conversation(schema=City, **to(server))
        assert (await talk.generate("Ulm?")).value == City("Ulm", ["Iller"])
    assert result.value == City("Ulm", ["Iller"])
    assert result.partial == {"name": "Ulm", "rivers": ["Iller"]}
    assert nbstream.last is not None
    assert nbstream.last.value == result.value
    assert repr(result).startswith("<Generation complete: 36 characters, a City, ")
    assert result._repr_markdown_().startswith("~~~~~~~~json\n")
    body = server.requests[0].body
    assert body["response_format"]["json_schema"]["name"] == "City"


async def test_values_are_the_growing_json_and_last_the_instance():
    async with Loopback(answer(["Sorry."]), answer(CITY)) as server:
        grown = [value async for value in nbstream.values("Ulm?", schema=City, **to(server))]
    assert grown == [
        {"name": "U"},
        {"name": "Ulm", "rivers": ["Ill"]},
        {"name": "Ulm", "rivers": ["Iller"]},
        City("Ulm", ["Iller"]),
    ]
    again = server.requests[1].body["messages"]
    assert [turn["role"] for turn in again] == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize("words", [1_000, 8_000])
async def test_values_reads_a_long_answer_a_bounded_number_of_times_its_length(
    words: int, monkeypatch: pytest.MonkeyPatch
):
    read: list[int] = []

    def counted(text: str) -> Any:
        read.append(len(text))
        return partial_json(text)

    monkeypatch.setattr(structured, "partial_json", counted)
    pieces = ['["', *["word "] * words, '"]']
    provider = Scripted([*map(TextDelta, pieces), STOP])
    monkeypatch.setattr(providers, "create", lambda *_, **__: provider)
    grown = [value async for value in nbstream.values("Hi", model="replay/x", schema=list[str])]
    assert grown[-1] == ["word " * words]
    assert len(grown) > 100
    assert sum(read) < 150 * len("".join(pieces))


async def test_values_that_come_to_none_are_a_failure():
    async with Loopback(answer(["{}"])) as server:
        with pytest.raises(InvalidAnswer, match="does not fit City: name: Field required"):
            async for _ in nbstream.values("Ulm?", schema=City, schema_tries=1, **to(server)):
                pass
    assert len(server.requests) == 2
    assert nbstream.last is not None
    assert (nbstream.last.status, nbstream.last.text) == ("failed", "{}")
    with pytest.raises(UsageError, match="needs a schema"):
        await anext(nbstream.values("Ulm?", **to(server)))


async def test_a_provider_that_knows_no_schemas_is_told_in_words(monkeypatch: pytest.MonkeyPatch):
    provider = Scripted([TextDelta('["x"]'), STOP])
    asked: list[Request] = []

    def stream(request: Request) -> Any:
        asked.append(request)
        return Scripted.stream(provider, request)

    monkeypatch.setattr(provider, "stream", stream)
    monkeypatch.setattr(providers, "create", lambda *_, **__: provider)
    result = await nbstream.generate("Hi", model="replay/x", schema=list[str])
    assert result.value == ["x"]
    wanted = JsonSchema("list", {"items": {"type": "string"}, "type": "array"})
    assert asked[0] == in_words(replace(asked[0], system=None, schema=wanted))
