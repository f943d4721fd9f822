"""Names of one's own for models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import nbstream
from nbstream import aliases
from nbstream.choice import Chosen, alternatives
from nbstream.errors import MissingKey, UsageError
from nbstream.known_models import known_models
from tests.loopback import Answer, Loopback
from tests.speaking import chat_chunks

HOUSE = {"model": "openai-chat/m", "base_url": "http://house:1/v1", "api_key_name": "HOUSE_KEY"}


@pytest.fixture(autouse=True)
def _none_after() -> Iterator[None]:
    yield
    aliases.configure({})


def test_an_alias_stands_for_one_model_or_several_wherever_one_is_named():
    aliases.configure({"fast": "openai:mini", "best": "anthropic/a | openai/b", "house": HOUSE})
    assert alternatives("fast") == [Chosen("openai", "mini")]
    assert alternatives(None, configured="best|fast") == [
        Chosen("anthropic", "a"),
        Chosen("openai", "b"),
        Chosen("openai", "mini"),
    ]
    assert alternatives(" house ") == [Chosen("openai-chat", "m", "http://house:1/v1", "HOUSE_KEY")]
    assert known_models()[:3] == ["fast", "best", "house"]


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"a b": "openai/x"}, "An alias is letters, digits, _, - and ., not 'a b'."),
        ({3: "openai/x"}, "not 3"),
        ({"openai": "local"}, "openai is a provider; an alias needs another name."),
        ({"fast": ""}, "The alias fast must be a model, or like"),
        ({"fast": {"target": "openai/x"}}, "The alias fast must be a model, or like"),
        ({"fast": {"model": "openai/x", "base_url": 8080}}, "The alias fast must be a model"),
        ({"fast": "nonesuch/x"}, "The alias fast: There is no provider 'nonesuch'"),
        ({"one": "openai/x", "two": "one"}, "The alias two: one is an alias too; name the model"),
        (
            {"fast": {"model": "openai/x", "base_url": "http://me:sk-canary-x@host"}},
            "its base_url holds a password; put that into an environment variable",
        ),
    ],
)
def test_a_wrong_alias_is_told_and_changes_nothing(named: dict[Any, Any], sentence: str):
    aliases.configure({"kept": "local"})
    with pytest.raises(UsageError) as caught:
        aliases.configure(named)
    assert sentence in str(caught.value)
    assert "sk-canary" not in str(caught.value)
    assert list(aliases.all_aliases()) == ["kept"]


async def test_from_python_an_alias_brings_its_server_and_key(monkeypatch: pytest.MonkeyPatch):
    before, spoken, after = chat_chunks(["Hi."])
    monkeypatch.setenv("HOUSE_KEY", "sk-canary-house")
    async with Loopback(Answer([before, *spoken, after])) as server:
        aliases.configure({"house": {**HOUSE, "base_url": f"{server.url}/v1"}})
        answer = await nbstream.generate("Hello", model="house")
    assert answer.text == "Hi."
    assert server.requests[0].headers["authorization"] == "Bearer sk-canary-house"
    monkeypatch.delenv("HOUSE_KEY")
    with pytest.raises(MissingKey, match="environment variable HOUSE_KEY, which is not set"):
        await nbstream.generate("Hello", model="house")


async def test_what_answered_and_what_was_listed_is_known():
    before, spoken, after = chat_chunks(["Hi."])
    listed = {"object": "list", "data": [{"id": "big"}, {"id": "org/small"}]}
    async with Loopback(Answer([before, *spoken, after]), Answer.json(listed)) as server:
        url = f"{server.url}/v1"
        await nbstream.generate("Hello", model="openai-chat/once-used", base_url=url)
        await nbstream.models("vllm", base_url=url)
    known = known_models()
    assert {"openai-chat/once-used", "vllm/big", "vllm/org/small", "local/smollm2"} <= {*known}
    assert len(known) == len({*known})
