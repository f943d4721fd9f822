"""Connection limits per provider."""

from __future__ import annotations

import pytest

import nbstream
from nbstream import gates
from nbstream.errors import ModelNotFound, UsageError


@pytest.fixture(autouse=True)
def _own_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "_gates", {})


def test_a_providers_streams_share_one_gate():
    assert gates.gate("openai") is gates.gate("openai")
    assert gates.gate("openai") is not gates.gate("anthropic")


def test_a_limit_holds_from_then_on():
    nbstream.limit("openai", streams=2, per_minute=60)
    gate = gates.gate("openai")
    assert [gate.wait_s(now) for now in (0.0, 0.0, 0.5)] == [0.0, 1.0, 1.5]


@pytest.mark.parametrize(
    ("wrong", "value"),
    [({"streams": 0}, "0"), ({"streams": 1.5}, "1.5"), ({"per_minute": -1}, "-1")],
)
def test_a_limit_that_is_none_is_a_sentence_with_its_value(wrong, value):
    with pytest.raises(UsageError, match=value):
        nbstream.limit("openai", **wrong)


def test_a_limit_for_an_unknown_provider_is_a_sentence():
    with pytest.raises(ModelNotFound, match="'nope'"):
        nbstream.limit("nope", streams=1)
