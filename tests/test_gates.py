"""Connection limits per provider."""

from __future__ import annotations

import pytest

import nbstream
from nbstream import gates
from nbstream.errors import ModelNotFound, NbStreamError, UsageError


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
