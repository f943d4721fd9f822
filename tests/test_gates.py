"""Connection limits per provider."""

from __future__ import annotations

import asyncio

import pytest

import nbstream
from nbstream import gates
from nbstream.errors import ModelNotFound, NbStreamError, UsageError
from nbstream.events import PhaseStart
from tests.answers import Answer, Received
from tests.loopback import Loopback
from tests.providers.adapters import ADAPTERS, Adapter


@pytest.fixture(autouse=True)
def _own_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "_gates", {})
    monkeypatch.setattr(gates, "_configured", set[str]())


def test_a_providers_streams_share_one_gate():
    assert gates.gate("openai") is gates.gate("openai")
    assert gates.gate("openai") is not gates.gate("anthropic")


def test_a_limit_holds_from_then_on():
    nbstream.limit("openai", streams=2, per_minute=60)
    gate = gates.gate("openai")
    assert [gate.wait_s(now) for now in (0.0, 0.0, 0.5)] == [0.0, 1.0, 1.5]


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ({"streams": 0}, "0"),
        ({"streams": 1.5}, "1.5"),
        ({"per_minute": -1}, "-1"),
        ({"per_minute": float("nan")}, "nan"),
    ],
)
def test_a_limit_that_is_none_is_a_sentence_with_its_value(wrong, value):
    with pytest.raises(UsageError, match=value):
        nbstream.limit("openai", **wrong)


def test_a_limit_for_an_unknown_provider_is_a_sentence():
    with pytest.raises(ModelNotFound, match="'nope'"):
        nbstream.limit("nope", streams=1)


def test_configured_limits_hold_until_they_are_named_no_more():
    usual = gates.gate("openai")
    gates.configure({"openai": {"per_minute": 60}, "anthropic:": {"streams": 1}})
    openai = gates.gate("openai")
    assert [openai.wait_s(now) for now in (0.0, 0.0)] == [0.0, 1.0]
    gates.configure({"anthropic": {"streams": 1}})
    assert gates.gate("openai") not in (usual, openai)
    assert gates.gate("openai").wait_s(0.0) == gates.gate("openai").wait_s(0.0) == 0.0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"openai": 2}, "must be like {'streams': 2, 'per_minute': 30}, not 2"),
        ({"openai": {"steams": 2}}, "'steams'"),
        ({"openai": {"streams": "2"}}, "not '2'"),
        ({"nope": {"streams": 2}}, "'nope'"),
    ],
)
def test_wrong_limits_are_one_sentence_and_change_nothing(wrong, said):
    gates.configure({"openai": {"per_minute": 60}})
    before = gates.gate("openai")
    with pytest.raises(NbStreamError) as caught:
        gates.configure({"openai": {"streams": 1}, **wrong})
    assert said in str(caught.value)
    assert gates.gate("openai") is before


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_no_more_than_the_limit_reach_the_server_at_once_and_the_others_are_seen_to_wait(
    adapter: Adapter,
):
    full, at_once = [asyncio.Event() for _ in range(9)], list[int]()

    def script(_: Received) -> Answer:
        number = len(server.requests)
        at_once.append(sum(each.ended_at is None for each in server.requests))
        if number % 2 == 0 or number == len(full):  # the ninth has nobody to wait for
            for event in full[:number]:
                event.set()
        before, spoken, after = adapter.framed(["a "])
        return Answer([before, full[number - 1], *spoken, after])

    async def phases() -> list[str]:
        url = f"{server.url}/v1" if adapter.name.startswith("openai") else server.url
        stream = nbstream.stream("Hi", model=f"{adapter}/m", base_url=url, api_key="k")
        return [event.phase async for event in stream if isinstance(event, PhaseStart)]

    nbstream.limit(adapter.name, streams=2)
    async with Loopback(script=script) as server:
        seen = await asyncio.gather(*(phases() for _ in full))
    assert max(at_once) == 2
    assert len(server.requests) == len(full)
    assert sorted(each[0] for each in seen) == ["queued"] * 7 + ["waiting"] * 2
    assert all(each[-2:] == ["waiting", "writing"] for each in seen)
