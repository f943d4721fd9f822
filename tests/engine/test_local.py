from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest

import nbstream
from nbstream.engine.catalogue import EmbeddedModel
from nbstream.engine.process import Address, Engine, engine_for
from nbstream.errors import (
    AuthenticationFailed,
    ContextTooLong,
    EngineError,
    ModelNotFound,
    StreamDropped,
)
from nbstream.events import Event, Frame, Resume, TextDelta, Usage
from nbstream.provider import Notice, Phase, Provider, ProviderEvent, Served, Stop
from nbstream.providers.anthropic import Anthropic
from nbstream.providers.local import Local
from nbstream.providers.openai_chat import OpenAIChat
from nbstream.providers.openai_responses import OpenAI, OpenAIResponses
from nbstream.request import Message, Request
from nbstream.retry import RetryPolicy
from nbstream.session import Session

WAIT_S = 30


def asked(text: str = "Say hello.", *, max_tokens: int | None = 12, model: str = "") -> Request:
    return Request(model, (Message("user", text),), max_tokens=max_tokens, temperature=0.0)


ENDLESS = Request("", (Message("user", "Tell me a story."),), extra={"ignore_eos": True})


async def events_of(request: Request) -> list[ProviderEvent]:
    async with aclosing(Local().stream(request)) as stream:
        return [event async for event in stream]


def text_of(events: list[ProviderEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.fixture
def running(smollm2: EmbeddedModel) -> Engine:
    """The shared engine, which the provider starts itself."""
    return engine_for(smollm2)


async def test_a_real_answer_is_text_usage_and_stop(running: Engine) -> None:
    running.stop()
    events = await events_of(asked())
    assert events[0] == Phase("loading", "SmolLM2-135M-Instruct")
    assert isinstance(events[1], Notice)
    assert events[2] == Phase("waiting")
    assert Served(model="smollm2") in events
    assert text_of(events)
    usage = next(event for event in events if isinstance(event, Usage))
    assert usage.input_tokens
    assert 0 < (usage.output_tokens or 0) <= 12
    assert isinstance(events[-1], Stop)


async def test_a_running_engine_is_not_loaded_again(running: Engine) -> None:
    await running.start()
    events = await events_of(asked(model="smollm2"))
    assert not [event for event in events if isinstance(event, Phase)]


async def test_an_answer_cut_at_max_tokens_says_so(running: Engine) -> None:
    events = await events_of(asked("Tell me a story.", max_tokens=3))
    assert events[-1] == Stop("length", truncated=True)


async def test_two_requests_at_once_both_get_their_own_answer(running: Engine) -> None:
    async with asyncio.timeout(WAIT_S):
        one, two = await asyncio.gather(
            events_of(asked("Say one.", max_tokens=4)), events_of(asked("Say two.", max_tokens=7))
        )
    assert [event.output_tokens for event in one if isinstance(event, Usage)] == [4]
    assert isinstance(two[-1], Stop)


async def test_a_cancel_frees_the_engine_for_the_next_request(running: Engine) -> None:
    async def read(first: asyncio.Event) -> None:
        async with aclosing(Local().stream(ENDLESS)) as stream:
            async for event in stream:
                if isinstance(event, TextDelta):
                    first.set()

    await running.start()
    pid = running.pid
    first = asyncio.Event()
    reading = asyncio.create_task(read(first))
    async with asyncio.timeout(WAIT_S):
        await first.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    # There is one slot, and what was cancelled would fill it for much longer than this.
    async with asyncio.timeout(10):
        events = await events_of(asked(max_tokens=2))
    assert isinstance(events[-1], Stop)
    assert running.pid == pid


@pytest.mark.skipif(os.name == "nt", reason="signals")
async def test_an_engine_that_dies_in_mid_answer_is_said_and_the_next_call_works(
    running: Engine,
) -> None:
    got: list[ProviderEvent] = []

    async def read() -> None:
        async with aclosing(Local().stream(ENDLESS)) as stream:
            async for event in stream:
                got.append(event)
                if isinstance(event, TextDelta) and running.pid is not None:
                    os.kill(running.pid, signal.SIGSEGV)

    with pytest.raises(StreamDropped, match=r"engine stopped \(SIGSEGV\)") as caught:
        await read()
    assert text_of(got)
    assert caught.value.provider == "local"
    assert caught.value.recoverable
    assert isinstance((await events_of(asked()))[-1], Stop)


async def test_a_prompt_that_does_not_fit_is_said_with_both_numbers(running: Engine) -> None:
    with pytest.raises(ContextTooLong, match=r"has 5,0\d\d tokens and smollm2 takes 4,096"):
        await events_of(asked("hi " * 5000))


async def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    with pytest.raises(ModelNotFound, match=r"'gpt-2'.*smollm2 and qwen2\.5-coder"):
        await events_of(asked(model="gpt-2"))


async def test_a_model_that_was_not_pulled_is_never_fetched_unasked(
    smollm2: EmbeddedModel, cache: object
) -> None:
    with pytest.raises(EngineError, match=r"nbstream pull qwen2\.5-coder"):
        await events_of(asked(model="qwen2.5-coder"))


async def test_a_proxy_of_the_environment_is_not_asked(
    running: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert isinstance((await events_of(asked(max_tokens=2)))[-1], Stop)


async def test_the_key_is_in_no_event_no_error_and_no_repr(running: Engine) -> None:
    address = await running.start()
    local = Local()
    shown = [repr(local), repr(vars(local)), repr(running), repr(vars(running)), repr(address)]
    shown += map(repr, await events_of(asked(max_tokens=4)))
    with pytest.raises(ContextTooLong) as too_long:
        await events_of(asked("hi " * 5000))
    error: BaseException | None = too_long.value
    while error is not None:
        shown += [str(error), repr(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    assert address.key
    assert not [line for line in shown if address.key in line]


PEERS: dict[str, Callable[[Address], Provider]] = {
    "openai-chat": lambda at: OpenAIChat(base_url=at.openai_url, api_key=at.key),
    "openai-responses": lambda at: OpenAIResponses(base_url=at.openai_url, api_key=at.key),
    "openai": lambda at: OpenAI(base_url=at.openai_url, api_key=at.key),
    "anthropic": lambda at: Anthropic(base_url=at.url, api_key=at.key),
}


# Always the same answer; what begins an answer decides what the engine says of it (see below).
LIKELIEST: dict[str, Any] = {"temperature": 0}


async def peer_events(provider: Provider, request: Request) -> list[ProviderEvent]:
    async with aclosing(provider.stream(request)) as stream:
        return [event async for event in stream]


@pytest.mark.parametrize("name", PEERS)
async def test_the_same_engine_answers_every_protocol_it_speaks(running: Engine, name: str) -> None:
    provider = PEERS[name](await running.start())
    ask = Request("smollm2", (Message("user", "Say hello."),), max_tokens=12, extra=LIKELIEST)
    events = await peer_events(provider, ask)
    assert text_of(events)
    usage = [event for event in events if isinstance(event, Usage)][-1]
    assert usage.input_tokens
    assert 0 < (usage.output_tokens or 0) <= 12
    assert [event.model for event in events if isinstance(event, Served)] == ["smollm2"]
    assert isinstance(events[-1], Stop)
    assert [event for event in events if isinstance(event, Stop)] == events[-1:]


@pytest.mark.parametrize("name", PEERS)
async def test_an_answer_that_begins_with_an_emoji_is_whole(running: Engine, name: str) -> None:
    """Its first token is part of a character. The engine then begins no message (Anthropic), and
    says neither the model nor how long the prompt was."""
    provider = PEERS[name](await running.start())
    ask = Request("smollm2", (Message("user", "Repeat: 😀😀😀"),), max_tokens=12, extra=LIKELIEST)
    events = await peer_events(provider, ask)
    assert set(text_of(events)) == {"😀"}
    assert isinstance(events[-1], Stop)


@pytest.mark.parametrize("name", PEERS)
async def test_a_real_servers_refusals_are_the_failures_they_mean(
    running: Engine, name: str
) -> None:
    address = await running.start()
    provider = PEERS[name](address)
    with pytest.raises(ContextTooLong) as too_long:
        await peer_events(provider, Request("smollm2", (Message("user", "hi " * 5000),)))
    assert (too_long.value.tokens or 0) > 5000
    assert too_long.value.limit == 4096
    wrong = PEERS[name](replace(address, key="sk-wrong"))
    with pytest.raises(AuthenticationFailed):
        await peer_events(wrong, Request("smollm2", (Message("user", "Hi"),)))


@pytest.mark.parametrize("name", PEERS)
async def test_a_real_server_is_free_again_after_a_cancel(running: Engine, name: str) -> None:
    provider = PEERS[name](await running.start())
    async with aclosing(provider.stream(replace(ENDLESS, model="smollm2"))) as stream:
        async for event in stream:
            if isinstance(event, TextDelta):
                break
    # There is one slot, and what was left would fill it for much longer than this.
    async with asyncio.timeout(10):
        assert (await events_of(asked(max_tokens=2)))[-1]


@pytest.mark.skipif(os.name == "nt", reason="signals")
async def test_an_answer_goes_on_after_its_engine_died(running: Engine) -> None:
    await running.start()
    first = running.pid
    ask = Request("smollm2", (Message("user", "Tell me a story."),), max_tokens=60, temperature=0.0)
    whole = text_of(await events_of(ask))
    session = Session(Local(), ask, model="local/smollm2", retry=RetryPolicy(first_wait_s=0.0))
    said: list[Event] = []

    async def sink(frame: Frame) -> None:
        said.append(frame.event)
        texts = sum(isinstance(event, TextDelta) for event in said)
        if texts == 5 and running.pid == first and first is not None:
            os.kill(first, signal.SIGKILL)

    async with asyncio.timeout(WAIT_S):
        await session.run(sink)
    assert running.pid not in (None, first)
    (resumed,) = (at for at, event in enumerate(said) if isinstance(event, Resume))
    before = "".join(event.text for event in said[:resumed] if isinstance(event, TextDelta))
    assert session.transcript.status in {"complete", "truncated"}
    assert whole.startswith(before)
    assert session.transcript.text.startswith(before)
    assert len(session.transcript.text) > len(before) + 20


@dataclass
class Person:
    name: str
    age: int
    likes: Literal["tea", "coffee"]


async def test_a_schema_holds_the_real_model_to_its_form(running: Engine) -> None:
    """Small as it is, it cannot but answer so: the engine lets no other token through."""
    prompt = "Invent a person."
    values = [
        value
        async for value in nbstream.values(
            prompt, model="local", schema=Person, max_tokens=80, temperature=0.0, schema_tries=0
        )
    ]
    assert isinstance(values[-1], Person)
    assert values[-1].likes in ("tea", "coffee")
    assert all(isinstance(value, dict) for value in values[:-1])
    assert len(values) > 3
