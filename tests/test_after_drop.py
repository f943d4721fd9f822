"""What follows an attempt that failed: again, on from there, the next model, or the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

import pytest

from nbstream.errors import AuthenticationFailed, NbStreamError, StreamDropped
from nbstream.events import (
    End,
    Event,
    Failover,
    Frame,
    Notice,
    PhaseStart,
    ReasoningDelta,
    Reset,
    Resume,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from nbstream.generation import Generation
from nbstream.limits import Gate, Limits
from nbstream.provider import Ignored, Phase, ProviderEvent, Stop
from nbstream.request import Message, Request
from nbstream.retry import OnDrop, RetryPolicy
from nbstream.route import Route
from nbstream.session import Session
from tests.virtual_time import run

STOP = Stop("stop")
DROP = StreamDropped("The connection ended before the answer did.", provider="p")
Script = Sequence[ProviderEvent | NbStreamError | float]


class Asked:
    """A provider whose nth answer is the nth script; a number in it is a silence in seconds."""

    def __init__(self, *scripts: Script, name: str = "p", continues: bool = False) -> None:
        self.name = name
        self.continues = continues
        self.requests: list[Request] = []
        self._scripts = list(scripts)

    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        self.requests.append(request)
        for step in self._scripts.pop(0):
            if isinstance(step, NbStreamError):
                raise step
            if isinstance(step, float):
                await asyncio.sleep(step)
            else:
                yield step


def ask(max_tokens: int | None = None) -> Request:
    return Request("m", (Message("user", "Hi"),), max_tokens=max_tokens)


def answer(
    provider: Asked,
    on_drop: OnDrop | None = None,
    *,
    fallbacks: Sequence[Route] = (),
    gate: Gate | None = None,
    limits: Limits | None = None,
    max_tokens: int | None = None,
    after: Callable[[Session], None] | None = None,
) -> tuple[list[Event], Generation]:
    session = Session(
        provider,
        ask(max_tokens),
        model=f"{provider.name}/m",
        fallbacks=fallbacks,
        gate=gate,
        limits=limits,
        retry=RetryPolicy(on_drop=on_drop),
        clock=lambda: asyncio.get_running_loop().time(),
    )
    events: list[Event] = []

    async def sink(frame: Frame) -> None:
        events.append(frame.event)

    async def main() -> None:
        if after is not None:
            asyncio.get_running_loop().call_later(1.0, after, session)
        await session.run(sink)

    run(main())
    return events, Generation.of(session.transcript)


def of(events: Sequence[Event], kind: type) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def test_continue_asks_for_the_rest_and_joins_it():
    provider = Asked([TextDelta("Hello wo"), DROP], [TextDelta("rld"), STOP])
    events, result = answer(provider, "continue")
    assert (result.text, result.status) == ("Hello world", "complete")
    assert provider.requests[1].messages[-1] == Message("assistant", "Hello wo")
    assert of(events, Resume) == [Resume(1, of(events, Resume)[0].wait_s, "stream dropped")]
    assert not of(events, Reset)
    assert result.metrics.attempts == 2


def test_what_a_continuation_says_again_is_left_out():
    provider = Asked(
        [TextDelta("The quick brown fox"), DROP],
        [TextDelta("quick brown"), TextDelta(" fox jumps"), STOP],
    )
    assert answer(provider, "continue")[1].text == "The quick brown fox jumps"


def test_a_continuation_that_drops_is_continued_in_its_turn_and_all_is_bounded():
    provider = Asked(*([TextDelta(f"{n} "), DROP] for n in range(9)))
    _, result = answer(provider, "continue")
    assert (result.text, result.status, len(provider.requests)) == ("0 1 2 3 ", "failed", 4)


def test_restart_drops_what_was_said_and_begins_again():
    provider = Asked([TextDelta("Wrong"), DROP], [TextDelta("Right"), STOP])
    events, result = answer(provider, "restart")
    assert (result.text, result.status) == ("Right", "complete")
    assert len(of(events, Reset)) == 1
    assert provider.requests[1] == provider.requests[0]


@pytest.mark.parametrize("on_drop", ["stop", None])
def test_stop_keeps_the_text_and_asks_no_more(on_drop):
    provider = Asked([TextDelta("So far"), DROP])
    _, result = answer(provider, on_drop)
    assert (result.text, result.status, len(provider.requests)) == ("So far", "failed", 1)


def test_a_provider_that_can_is_continued_by_default():
    provider = Asked([TextDelta("So "), DROP], [TextDelta("far"), STOP], continues=True)
    assert answer(provider)[1].text == "So far"


def test_a_thought_that_broke_off_is_begun_again():
    provider = Asked([ReasoningDelta("Hm"), DROP], [TextDelta("Yes"), STOP])
    events, result = answer(provider, "continue")
    assert (result.text, result.reasoning) == ("Yes", "")
    assert len(of(events, Reset)) == 1


def test_a_tool_call_that_broke_off_is_not_continued():
    provider = Asked([TextDelta("a"), ToolCallDelta(0, "{", "f", "1"), DROP])
    assert answer(provider, "continue")[1].status == "failed"


def test_a_continuation_is_asked_for_the_rest_of_max_tokens():
    provider = Asked([TextDelta("a"), TextDelta("b"), DROP], [TextDelta("c"), STOP])
    answer(provider, "continue", max_tokens=10)
    assert [request.max_tokens for request in provider.requests] == [10, 8]


def test_usage_counts_both_parts_where_both_are_counted():
    counted = Asked(
        [TextDelta("a"), Usage(5, 1), DROP],
        [TextDelta("b"), Usage(6, 2), STOP],
    )
    assert answer(counted, "continue")[1].usage == Usage(11, 3)
    half = Asked([TextDelta("a"), DROP], [TextDelta("b"), Usage(6, 2), STOP])
    result = answer(half, "continue")[1]
    assert (result.usage.output_tokens, result.metrics.exact) == (None, False)


def test_usage_counts_what_was_dropped_and_says_where_that_was_not_counted():
    after = [TextDelta("b"), Usage(6, 2, cost_usd=0.5), STOP]
    counted = Asked([TextDelta("a"), Usage(5, 1, cost_usd=0.25), DROP], after)
    result = answer(counted, "restart")[1]
    assert (result.usage, result.metrics.exact) == (Usage(11, 3, cost_usd=0.75), True)
    result = answer(Asked([TextDelta("a" * 40), DROP], after), "restart")[1]
    assert result.usage == Usage(6, 2)
    assert (result.metrics.output_tokens, result.metrics.exact) == (12, False)


def test_what_the_provider_said_and_nobody_knows_is_counted_at_the_end():
    _, result = answer(Asked([Ignored("novelty"), TextDelta("a"), Ignored("novelty"), STOP]))
    assert (result.text, result.ignored_events) == ("a", 2)


def test_a_wait_before_a_continuation_can_be_cancelled():
    waiting = StreamDropped("Busy.", provider="p", retry_after_s=30.0)
    provider = Asked([TextDelta("kept"), waiting])
    events, result = answer(provider, "continue", after=Session.cancel)
    assert (result.text, result.status) == ("kept", "cancelled")
    assert events[-1] == End("cancelled")


def test_a_silent_stream_is_stalled():
    provider = Asked([TextDelta("a"), 61.0, TextDelta("b"), STOP])
    _, result = answer(provider, "stop", limits=Limits(max_idle_seconds=60))
    assert (result.text, result.status, result.error_code) == ("a", "failed", "stalled")
    assert "60 seconds" in result.error


def test_a_slow_stream_is_not_stalled():
    provider = Asked([*[step for _ in range(5) for step in (59.0, TextDelta("a"))], STOP])
    assert answer(provider, limits=Limits(max_idle_seconds=60))[1].text == "aaaaa"


def test_a_stall_before_the_first_token_is_tried_again():
    provider = Asked([100.0, STOP], [TextDelta("a"), STOP])
    assert answer(provider, limits=Limits(max_idle_seconds=60))[1].status == "complete"


def test_a_model_that_is_being_loaded_is_not_stalled():
    provider = Asked([Phase("loading", "m"), 100.0, Phase("waiting"), TextDelta("a"), 61.0, STOP])
    _, result = answer(provider, "stop", limits=Limits(max_idle_seconds=60))
    assert (result.text, result.error_code) == ("a", "stalled")


def test_a_sink_that_is_slow_is_no_stall():
    provider = Asked([TextDelta("a"), STOP])
    session = Session(provider, ask(), model="p/m", limits=Limits(max_idle_seconds=1))

    async def slow(_frame: Frame) -> None:
        await asyncio.sleep(10)

    run(session.run(slow))
    assert session.transcript.status == "complete"


REFUSED = AuthenticationFailed("The key was refused.", provider="first")


def test_the_next_model_is_asked_when_the_first_is_out_before_its_first_token():
    second = Asked([TextDelta("Hi"), STOP], name="second")
    events, result = answer(
        Asked([REFUSED], name="first"), fallbacks=[Route("second/m", second, ask())]
    )
    assert (result.text, result.status, result.model) == ("Hi", "complete", "second/m")
    assert of(events, Failover) == [Failover("second/m", "authentication-failed")]
    assert "The key was refused. Asking second/m." in [n.text for n in of(events, Notice)]


def test_no_other_model_is_asked_once_a_token_was_shown():
    second = Asked([TextDelta("Hi"), STOP], name="second")
    _, result = answer(
        Asked([TextDelta("So"), DROP], name="first"),
        fallbacks=[Route("second/m", second, ask())],
    )
    assert (result.text, result.status, second.requests) == ("So", "failed", [])


def test_a_cancel_asks_no_other_model():
    second = Asked([TextDelta("Hi"), STOP], name="second")
    _, result = answer(
        Asked([10.0], name="first"),
        fallbacks=[Route("second/m", second, ask())],
        after=Session.cancel,
    )
    assert (result.status, second.requests) == ("cancelled", [])


def test_when_all_models_are_out_the_last_failure_is_told():
    _, result = answer(
        Asked([REFUSED], name="first"),
        fallbacks=[Route("second/m", Asked([REFUSED], name="second"), ask())],
    )
    assert (result.status, result.model) == ("failed", "second/m")


def test_requests_above_the_rate_wait_in_sight():
    gate = Gate(per_minute=6)
    first, _ = answer(Asked([STOP]), gate=gate)
    second, _ = answer(Asked([STOP]), gate=gate)
    phases = [[p.phase for p in of(events, PhaseStart)] for events in (first, second)]
    assert phases == [["waiting"], ["queued", "waiting"]]


def test_an_attempt_that_is_made_again_is_a_request_of_its_minute_too():
    provider = Asked([DROP], [STOP])
    events, _ = answer(provider, gate=Gate(per_minute=6))
    assert [p.phase for p in of(events, PhaseStart)] == [
        *("waiting", "retrying", "queued", "waiting"),
    ]
