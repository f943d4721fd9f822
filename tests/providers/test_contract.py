"""What every adapter does, against a server under full control. One suite for all of them."""

from __future__ import annotations

import asyncio
import json
import traceback
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from nbstream import errors
from nbstream.events import Notice, ReasoningDelta, TextDelta, Usage
from nbstream.provider import Ignored, ProviderEvent, Served, Stop
from tests.loopback import DROP, RESET, STALL, Answer, Loopback
from tests.providers.adapters import (
    ADAPTERS,
    KEY,
    Adapter,
    gather,
    left,
    request,
    text_of,
    until_failed,
)
from tests.providers.rich_answers import CUT, REFUSED, THOUGHTFUL

TOKENS = ["One ", "two ", "three."]


@pytest.fixture(params=ADAPTERS, ids=str)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return request.param


async def test_an_answer_is_its_text_its_usage_and_one_stop_at_the_end(adapter: Adapter) -> None:
    async with Loopback(Answer([adapter.whole(TOKENS)])) as server:
        events = await gather(adapter.make(server.url))
    assert [e.text for e in events if isinstance(e, TextDelta)] == TOKENS
    assert [e for e in events if isinstance(e, Usage)][-1] == Usage(7, 3, *_details(events))
    assert [e for e in events if isinstance(e, Stop)] == [events[-1]]


def _details(events: list[ProviderEvent]) -> tuple[int | None, int | None]:
    usage = [e for e in events if isinstance(e, Usage)][-1]
    return usage.cached_input_tokens, usage.reasoning_tokens


async def test_the_model_and_the_request_id_are_said(adapter: Adapter) -> None:
    headers = {"content-type": "text/event-stream", "request-id": "req_7", "x-request-id": "req_7"}
    async with Loopback(Answer([adapter.whole(TOKENS)], headers=headers)) as server:
        events = await gather(adapter.make(server.url))
    assert events[0] == Served("loopback-1", "req_7")


async def test_what_the_model_thought_is_reasoning_and_no_text(adapter: Adapter) -> None:
    async with Loopback(Answer([THOUGHTFUL[adapter.name]])) as server:
        events = await gather(adapter.make(server.url))
    assert [e.text for e in events if isinstance(e, ReasoningDelta)] == ["Hm."]
    assert text_of(events) == "Yes."


async def test_the_usage_counts_cached_and_thought_tokens(adapter: Adapter) -> None:
    async with Loopback(Answer([THOUGHTFUL[adapter.name]])) as server:
        events = await gather(adapter.make(server.url))
    assert [e for e in events if isinstance(e, Usage)][-1] == Usage(9, 8, 4, 5)


async def test_a_refusal_is_a_notice_and_a_stop_reason(adapter: Adapter) -> None:
    answer, reason = REFUSED[adapter.name]
    async with Loopback(Answer([answer])) as server:
        events = await gather(adapter.make(server.url))
    assert [e.level for e in events if isinstance(e, Notice)] == ["warning"]
    assert events[-1] == Stop(reason)


async def test_an_answer_cut_at_the_limit_of_tokens_is_truncated(adapter: Adapter) -> None:
    answer, reason = CUT[adapter.name]
    async with Loopback(Answer([answer])) as server:
        events = await gather(adapter.make(server.url))
    assert text_of(events) == "Yes."
    assert events[-1] == Stop(reason, truncated=True)


async def test_every_byte_may_come_alone(adapter: Adapter) -> None:
    tokens = ["Grüße ", "👩‍🔬 ", "\r\n\u2028 end"]
    async with Loopback(Answer([adapter.whole(tokens)], split=1)) as server:
        events = await gather(adapter.make(server.url))
    assert text_of(events) == "".join(tokens)


@pytest.mark.parametrize("chunked", [True, False], ids=["framed", "until-closed"])
async def test_a_clean_end_without_the_terminal_marker_is_a_dropped_stream(
    adapter: Adapter, chunked: bool
) -> None:
    before, spoken, _ = adapter.framed(TOKENS)
    answer = Answer([before, *spoken, adapter.unmarked], chunked=chunked)
    async with Loopback(answer) as server:
        text, error = await until_failed(adapter.make(server.url))
    assert text == "One two three."
    assert isinstance(error, errors.StreamDropped)
    assert error.recoverable


@pytest.mark.parametrize("act", [DROP, RESET], ids=["closed", "reset"])
async def test_a_connection_dropped_after_any_event_keeps_what_came(
    adapter: Adapter, act: Any
) -> None:
    before, spoken, after = adapter.framed(TOKENS)
    pieces = [before, *spoken, *(piece + b"\n\n" for piece in after.split(b"\n\n")[:-2])]
    answers = [Answer([*pieces[:sent], act]) for sent in range(len(pieces) + 1)]
    async with Loopback(*answers) as server:
        provider = adapter.make(server.url)
        for sent in range(len(answers)):
            text, error = await until_failed(provider)
            assert isinstance(error, errors.StreamDropped), sent
            assert text == "".join(TOKENS[: max(0, sent - 1)]), sent


async def test_an_empty_answer_is_complete(adapter: Adapter) -> None:
    async with Loopback(Answer([adapter.whole([])])) as server:
        events = await gather(adapter.make(server.url))
    assert text_of(events) == ""
    assert isinstance(events[-1], Stop)


async def test_a_megabyte_in_one_piece_arrives(adapter: Adapter) -> None:
    text = "0123456789abcdef" * 65536
    async with Loopback(Answer([adapter.whole([text])], split=50_000)) as server:
        events = await gather(adapter.make(server.url))
    assert text_of(events) == text


async def test_no_usage_is_no_usage_event(adapter: Adapter) -> None:
    async with Loopback(Answer([adapter.whole(TOKENS, usage=False)])) as server:
        events = await gather(adapter.make(server.url))
    assert not [event for event in events if isinstance(event, Usage)]


async def test_generations_one_after_the_other_share_a_connection(adapter: Adapter) -> None:
    async with Loopback(Answer([adapter.whole(TOKENS)], keep_alive=True)) as server:
        for _ in range(3):
            await gather(adapter.make(server.url))
    assert [received.connection for received in server.requests] == [1, 1, 1]


async def test_generations_at_the_same_time_have_a_connection_each(adapter: Adapter) -> None:
    async def read(all_began: asyncio.Barrier) -> None:
        async with aclosing(provider.stream(request())) as stream:
            async for event in stream:
                if isinstance(event, TextDelta) and event.text == TOKENS[0]:
                    await all_began.wait()

    async with Loopback(Answer([adapter.whole(TOKENS)], keep_alive=True)) as server:
        provider = adapter.make(server.url)
        for _ in range(2):
            all_began = asyncio.Barrier(3)
            await asyncio.gather(*(read(all_began) for _ in range(3)))
    assert sorted(received.connection for received in server.requests) == [1, 1, 2, 2, 3, 3]


async def test_leaving_the_stream_closes_the_connection(adapter: Adapter) -> None:
    before, spoken, _ = adapter.framed(TOKENS)
    async with Loopback(Answer([before, *spoken, STALL])) as server:
        async with aclosing(adapter.make(server.url).stream(request())) as stream:
            async for event in stream:
                if isinstance(event, TextDelta):
                    break
        await left(server.requests[0])


@pytest.mark.parametrize("sent", [0, 1, 3], ids=["before-text", "after-one", "after-three"])
async def test_a_cancelled_task_closes_the_connection(adapter: Adapter, sent: int) -> None:
    before, spoken, _ = adapter.framed(TOKENS)
    reached = asyncio.Event()

    async def consume() -> None:
        texts = 0
        async with aclosing(adapter.make(server.url).stream(request())) as stream:
            async for event in stream:
                texts += isinstance(event, TextDelta)
                if texts == sent:
                    reached.set()

    async with Loopback(Answer([before, *spoken[:sent], STALL])) as server:
        task = asyncio.create_task(consume())
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await left(server.requests[0])


async def test_a_task_cancelled_before_the_server_said_anything_closes_the_connection(
    adapter: Adapter,
) -> None:
    arrived, never = asyncio.Event(), asyncio.Event()

    def script(_received: object) -> Answer:
        arrived.set()
        return Answer([never], silent=True)

    async with Loopback(script=script) as server:
        task = asyncio.create_task(gather(adapter.make(server.url)))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await left(server.requests[0])


async def test_two_interleaved_streams_of_one_provider_stay_apart(adapter: Adapter) -> None:
    gates = [asyncio.Event() for _ in range(6)]

    def steps(tokens: list[str], own: list[asyncio.Event]) -> list[Any]:
        before, spoken, after = adapter.framed(tokens)
        return [before, own[0], spoken[0], own[1], spoken[1], own[2], after]

    first = Answer(steps(["a", "A"], gates[0::2]))
    second = Answer(steps(["b", "B"], gates[1::2]))
    async with Loopback(first, second) as server:
        provider = adapter.make(server.url)
        async with (
            aclosing(provider.stream(request("1"))) as one,
            aclosing(provider.stream(request("2"))) as two,
        ):
            # Both are begun, in order, before either has text.
            said: list[list[ProviderEvent]] = [[await anext(one)], [await anext(two)]]
            for number, gate in enumerate(gates):
                gate.set()
                stream, events = (one, said[0]) if number % 2 == 0 else (two, said[1])
                while not isinstance(events[-1], Stop):
                    events.append(await anext(stream))
                    if number < 4 and isinstance(events[-1], TextDelta):
                        break
    assert [text_of(events) for events in said] == ["aA", "bB"]
    assert [adapter.prompt(received.body) for received in server.requests] == ["1", "2"]


STATUSES = [
    (401, "authentication_error", "bad key", errors.AuthenticationFailed, False),
    (403, "permission_error", "not yours", errors.AuthenticationFailed, False),
    (402, "billing_error", "pay first", errors.QuotaExceeded, False),
    (404, "not_found_error", "model: some-model", errors.ModelNotFound, False),
    (404, "not_found_error", "File Not Found", errors.ProviderError, False),
    (404, "not_found", 'model "llama9" not found, try pulling it', errors.ModelNotFound, False),
    (400, "model_not_found", "The model `x` does not exist", errors.ModelNotFound, False),
    (400, "invalid_request_error", "prompt is too long: 9 > 8", errors.ContextTooLong, False),
    (413, "request_too_large", "too large", errors.ContextTooLong, False),
    (400, "invalid_request_error", "top_k: wrong", errors.ProviderError, False),
    (409, "conflict", "again", errors.ProviderError, True),
    (429, "rate_limit_error", "slow down", errors.RateLimited, True),
    (429, "insufficient_quota", "no money", errors.QuotaExceeded, False),
    (500, "api_error", "oops", errors.Overloaded, True),
    (503, "unavailable_error", "loading", errors.Overloaded, True),
    (529, "overloaded_error", "busy", errors.Overloaded, True),
]


@pytest.mark.parametrize(
    ("status", "kind", "message", "error_class", "recoverable"),
    STATUSES,
    ids=[f"{status}-{kind}-{message[:9]}" for status, kind, message, *_ in STATUSES],
)
async def test_an_error_before_the_stream_is_the_class_that_says_what_to_do(
    adapter: Adapter,
    status: int,
    kind: str,
    message: str,
    error_class: type[Exception],
    recoverable: bool,
) -> None:
    body = {"type": "error", "error": {"type": kind, "message": message}}
    async with Loopback(Answer.json(body, status, retry_after="3", request_id="r1")) as server:
        _, error = await until_failed(adapter.make(server.url))
        assert len(server.requests) == 1, "the SDK tried again on its own"
    assert isinstance(error, errors.NbStreamError)
    assert type(error) is error_class
    assert (error.provider, error.status, error.request_id) == (adapter.name, status, "r1")
    assert (error.recoverable, error.retry_after_s) == (recoverable, 3.0)
    assert "\n" not in str(error)


async def test_a_time_to_come_back_at_is_told_in_seconds(adapter: Adapter) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    async with Loopback(Answer.json({}, 429, retry_after=at)) as server:
        _, error = await until_failed(adapter.make(server.url))
    assert isinstance(error, errors.RateLimited)
    assert 0 < (error.retry_after_s or 0) <= 3600


@pytest.mark.parametrize(
    ("kind", "error_class"),
    [
        ("overloaded_error", errors.Overloaded),
        ("rate_limit_error", errors.RateLimited),
        ("invalid_request_error", errors.ProviderError),
    ],
)
async def test_an_error_inside_the_stream_comes_after_what_was_said(
    adapter: Adapter, kind: str, error_class: type[Exception]
) -> None:
    before, spoken, _ = adapter.framed(TOKENS)
    steps = [before, *spoken[:2], adapter.error_inside(kind, "sorry")]
    async with Loopback(Answer(steps)) as server:
        text, error = await until_failed(adapter.make(server.url))
    assert text == "One two "
    assert type(error) is error_class
    assert "sorry" in str(error)


async def test_a_server_that_is_not_there_is_named_by_its_address_alone(adapter: Adapter) -> None:
    async with Loopback() as server:
        port = server.port
    _, error = await until_failed(adapter.make(f"http://me:secret@127.0.0.1:{port}"))
    assert str(error) == f"Could not reach http://127.0.0.1:{port}: is the server running?"
    assert isinstance(error, errors.ConnectionFailed)


async def test_a_connection_closed_without_an_answer_was_not_reached(adapter: Adapter) -> None:
    async with Loopback(Answer([DROP], silent=True)) as server:
        _, error = await until_failed(adapter.make(server.url))
    assert isinstance(error, errors.ConnectionFailed)


@pytest.mark.parametrize("begun", [False, True], ids=["before", "inside"])
async def test_a_server_that_falls_silent_times_out(adapter: Adapter, begun: bool) -> None:
    before, spoken, _ = adapter.framed(TOKENS)
    answer = Answer([before, *spoken, STALL]) if begun else Answer([STALL], silent=True)
    async with Loopback(answer) as server:
        text, error = await until_failed(adapter.make(server.url, timeout_s=0.2))
        await left(server.requests[0])
    assert text == ("One two three." if begun else "")
    assert isinstance(error, errors.TimedOut)


NONSENSE = {
    "not-json": b"{oops",
    "a-number": b"5",
    "null": b"null",
    "a-list": b"[1]",
    "not-utf-8": b"\xff\xfe",
}


@pytest.mark.parametrize("name", NONSENSE)
async def test_nonsense_in_the_stream_is_the_providers_failure(adapter: Adapter, name: str) -> None:
    if name in adapter.forgiven:
        pytest.skip("the SDK takes it for a chunk that says nothing")
    before, spoken, after = adapter.framed(TOKENS)
    nonsense = adapter.nonsense(NONSENSE[name])
    async with Loopback(Answer([before, *spoken, nonsense, after])) as server:
        text, error = await until_failed(adapter.make(server.url))
    assert text == "One two three."
    assert isinstance(error, errors.ProtocolBroken)


async def test_an_event_of_another_shape_is_the_providers_failure(adapter: Adapter) -> None:
    before, spoken, after = adapter.framed(TOKENS)
    bad = [adapter.nonsense(json.dumps(event).encode()) for event in adapter.misshapen]
    async with Loopback(*(Answer([before, *spoken, event, after]) for event in bad)) as server:
        for _ in bad:
            text, error = await until_failed(adapter.make(server.url))
            assert text == "One two three."
            assert isinstance(error, errors.ProtocolBroken)


UNKNOWN = {
    "openai-chat": {"object": "something.new", "novelty": {"text": "x"}},
    "openai-responses": {"type": "response.novelty.delta", "delta": "x"},
    "anthropic": {"type": "novelty_delta", "delta": {"type": "novelty", "text": "x"}},
    "google": {"novelty": {"text": "x"}, "candidates": [{"content": {"parts": [{"new": "x"}]}}]},
}


async def test_what_is_not_known_is_ignored_and_counted(adapter: Adapter) -> None:
    before, spoken, after = adapter.framed(TOKENS)
    unknown = adapter.nonsense(json.dumps(UNKNOWN[adapter.name]).encode())
    steps = [before, unknown, *(each + unknown for each in spoken), after]
    async with Loopback(Answer(steps)) as server:
        events = await gather(adapter.make(server.url))
    assert text_of(events) == "".join(TOKENS)
    assert isinstance(events[-1], Stop)
    assert len([event for event in events if isinstance(event, Ignored)]) == 1 + len(spoken)


async def test_a_page_instead_of_a_stream_says_to_check_the_address(adapter: Adapter) -> None:
    page = Answer([b"<html>Welcome</html>"], headers={"content-type": "text/html; charset=x"})
    async with Loopback(page) as server:
        _, error = await until_failed(adapter.make(server.url))
    assert isinstance(error, errors.ProtocolBroken)
    assert "text/html" in str(error)
    assert "base URL" in str(error)


def everything(error: BaseException) -> str:
    """All of an exception that a traceback, a log or a debugger shows."""
    seen = [str(error), repr(error), repr(vars(error))]
    seen += traceback.TracebackException.from_exception(error, capture_locals=True).format()
    for other in (error.__cause__, error.__context__):
        if other is not None:
            seen.append(everything(other))
    return "\n".join(seen)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
async def test_the_key_is_in_no_failure(adapter: Adapter, status: int) -> None:
    echo = f"Wrong key {KEY} ({KEY[:12]}****) in Authorization: Bearer {KEY}, ask ?key={KEY}"
    async with Loopback(Answer.json({"error": {"message": echo}}, status)) as server:
        provider = adapter.make(server.url)
        _, error = await until_failed(provider)
    shown = everything(error) + repr(provider) + repr(vars(provider))
    for piece in (KEY, KEY[:12], KEY[-8:]):
        assert piece not in shown


async def test_the_key_is_in_no_failure_of_the_transport(adapter: Adapter) -> None:
    before, spoken, _ = adapter.framed(TOKENS)
    inside = adapter.error_inside("api_error", f"no {KEY}")
    answers = [Answer([before, *spoken, end]) for end in (DROP, inside, b"data: {\n\n")]
    async with Loopback(*answers) as server:
        for _ in answers:
            _, error = await until_failed(adapter.make(server.url))
            assert KEY not in everything(error)
    _, error = await until_failed(adapter.make(server.url))
    assert KEY not in everything(error)


async def test_the_prompt_is_in_no_failure(adapter: Adapter) -> None:
    detail = [{"loc": ["body"], "msg": "Field required", "input": {"messages": "prompt words"}}]
    async with Loopback(Answer.json({"detail": detail}, 422)) as server:
        with pytest.raises(errors.ProviderError, match="Field required") as failed:
            await gather(adapter.make(server.url), request("prompt words"))
    assert "prompt words" not in str(failed.value)


async def test_a_key_that_cannot_be_sent_is_the_callers_mistake(adapter: Adapter) -> None:
    async with Loopback(Answer()) as server:
        _, error = await until_failed(adapter.make(server.url, api_key=f"{KEY}\n{KEY}ü"))
        assert server.requests == []
    assert isinstance(error, errors.UsageError)
    assert KEY not in everything(error)


async def test_an_address_that_is_none_is_the_callers_mistake(adapter: Adapter) -> None:
    _, error = await until_failed(adapter.make("localhost:8080"))
    assert isinstance(error, errors.UsageError)


async def test_options_go_by_the_apis_names_and_extra_goes_as_it_is(adapter: Adapter) -> None:
    asked = request(**adapter.given, extra={"top_k": 3})
    async with Loopback(Answer([adapter.whole(TOKENS)])) as server:
        await gather(adapter.make(server.url), asked)
    received = server.requests[0]
    assert received.body == received.body | adapter.sent | {"top_k": 3}
    keys = {"authorization": f"Bearer {KEY}", "x-api-key": KEY, "x-goog-api-key": KEY}
    assert received.headers.items() & keys.items()


async def test_an_option_the_api_does_not_have_is_named_before_anything_is_sent(
    adapter: Adapter,
) -> None:
    async with Loopback(Answer([adapter.whole(TOKENS)])) as server:
        provider = adapter.make(server.url)
        for name, value in adapter.refused.items():
            with pytest.raises(errors.UsageError, match=f"^{provider.name} takes no {name}"):
                await gather(provider, request(**{name: value}))
        assert server.requests == []
