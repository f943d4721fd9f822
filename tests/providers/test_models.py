"""What a server offers, by its own listing call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

import nbstream
from nbstream import known_models
from nbstream.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ProtocolBroken,
    ProviderError,
    TimedOut,
    UsageError,
)
from nbstream.provider import Lists, ProviderEvent
from nbstream.providers import listing
from nbstream.request import Request
from tests.answers import STALL
from tests.loopback import Answer, Loopback, Received
from tests.providers.adapters import ADAPTERS, KEY, Adapter

OPENAI = {
    "object": "list",
    "data": [
        {"id": name, "object": "model", "created": 1, "owned_by": "x"}
        for name in ("big", "org/small")
    ],
}
ANTHROPIC = {
    "data": [
        {"id": name, "type": "model", "display_name": name, "created_at": "2026-01-01T00:00:00Z"}
        for name in ("big", "org/small")
    ],
    "has_more": False,
    "first_id": "big",
    "last_id": "org/small",
}
GOOGLE = {
    "models": [
        {"name": "models/big", "supportedGenerationMethods": ["generateContent"]},
        {"name": "models/embedding", "supportedGenerationMethods": ["embedContent"]},
        {"name": "models/org/small"},
    ]
}
LISTS: dict[str, tuple[dict[str, Any], str]] = {
    "openai-chat": (OPENAI, "/v1/models"),
    "openai-responses": (OPENAI, "/v1/models"),
    "anthropic": (ANTHROPIC, "/v1/models"),
    "google": (GOOGLE, "/v1beta/models"),
}


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_the_names_come_in_the_servers_order(adapter: Adapter) -> None:
    listed, path = LISTS[adapter.name]
    async with Loopback(Answer.json(listed)) as server:
        provider = adapter.make(server.url)
        assert isinstance(provider, Lists)
        assert await provider.models() == ["big", "org/small"]
    assert server.requests[0].path.partition("?")[0] == path


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_failure_is_the_same_as_a_streams(adapter: Adapter) -> None:
    echo = {"error": {"message": f"wrong key {KEY}", "type": "authentication_error"}}
    async with Loopback(Answer.json(echo, 401), Answer.json({}, 404)) as server:
        provider = adapter.make(server.url)
        assert isinstance(provider, Lists)
        with pytest.raises(AuthenticationFailed) as refused:
            await provider.models()
        assert KEY not in str(refused.value)
        assert refused.value.__context__ is None
        with pytest.raises(ProviderError, match="check the base URL"):
            await provider.models()
    with pytest.raises(ConnectionFailed):
        await provider.models()


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_an_answer_that_is_no_list_of_models_is_said(adapter: Adapter) -> None:
    field = "models" if adapter.name == "google" else "data"
    others = [Answer.json(body) for body in ([1], {field: 5}, {field: [5]}, {field: [{}]})]
    page = Answer([b"<html>Hi</html>"], headers={"content-type": "text/html"})
    async with Loopback(page, *others) as server:
        provider = adapter.make(server.url)
        assert isinstance(provider, Lists)
        for _ in range(5):
            with pytest.raises(ProtocolBroken, match=r"\(no list of models\)"):
                await provider.models()
    assert len(server.requests) == 5


async def test_from_python_a_provider_is_named() -> None:
    async with Loopback(Answer.json(OPENAI)) as server:
        assert await nbstream.models("ollama", base_url=server.url) == ["big", "org/small"]


async def test_without_a_name_the_one_that_would_be_asked_is_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NBSTREAM_MODEL", "lmstudio/any")
    async with Loopback(Answer.json(OPENAI)) as server:
        assert await nbstream.models(base_url=server.url) == ["big", "org/small"]
    assert server.requests[0].path == "/v1/models"


async def test_the_embedded_models_are_those_of_the_catalogue() -> None:
    assert "smollm2" in await nbstream.models("local")


async def test_a_provider_that_has_no_list_says_so() -> None:
    with pytest.raises(UsageError, match="replay has no list of models; name one as replay/MODEL"):
        await nbstream.models("replay")


def test_a_provider_need_not_list() -> None:
    class Quiet:
        name = "quiet"

        async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
            await asyncio.sleep(0)
            return
            yield

    assert not isinstance(Quiet(), Lists)


NAMES = [
    *("gpt-5.2", "org/small:q4_K_M", "@cf/meta/llama-3", "accounts/x/models/y", "/models/a.gguf"),
    *("モデル-1", "ft:gpt:acme::8", "a~b+c"),
]
NO_NAMES = [
    *(
        "",
        " ",
        "a b",
        "x --record /tmp/x",
        "--record=/tmp/x",
        "-f",
        "a\n%%bash\nid",
        "a\rb",
        "a\tb",
    ),
    *("a\x1b[31mb", "a\x9b31m", "a\0b", "a'b", 'a"b', "a`b", "a|b", "a{b}", "$(id)", "a;id", "!id"),
    *("%magic", "a\\nb", "a\u202eb", "a\u200bb", "a\u2028b", "a\u00a0b", "a\u00adb", "a\ufeffb"),
    *("\u3164", "a\u115fb", "<b>a</b>", "a&b", "a\U000e0041b", "a\ufe0fb", "a" * 201),
]


def list_of(adapter: str, names: list[str], **more: Any) -> dict[str, Any]:
    """A page of the models, in the adapter's protocol."""
    if adapter == "google":
        return {"models": [{"name": f"models/{name}"} for name in names], **more}
    made = {"type": "model", "object": "model", "display_name": "x", "created": 1, "owned_by": "x"}
    made["created_at"] = "2026-01-01T00:00:00Z"
    return {"object": "list", "data": [{"id": name, **made} for name in names], **more}


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_only_names_are_offered_whatever_a_server_calls_its_models(adapter: Adapter) -> None:
    mixed = [name for pair in zip(NAMES, NO_NAMES, strict=False) for name in pair]
    mixed += NO_NAMES[len(NAMES) :]
    async with Loopback(Answer.json(list_of(adapter.name, mixed))) as server:
        found = await nbstream.models(adapter.name, base_url=server.url, api_key=KEY)
    assert found == NAMES
    offered = known_models.models_of(adapter.name)
    assert set(NAMES) <= set(offered)
    assert not set(NO_NAMES) & set(offered)


def test_a_model_that_answers_under_what_is_no_name_is_not_offered() -> None:
    for name in NO_NAMES[1:]:
        known_models.used(f"openai/{name}")
    assert not {f"openai/{name}" for name in NO_NAMES[1:]} & set(known_models.known_words())


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
@pytest.mark.parametrize("names", [0, 1, 700])
async def test_a_list_ends_whose_next_page_is_the_same_or_another_for_ever(
    adapter: Adapter, names: int
) -> None:
    number = 0

    def page(_: Received) -> Answer:
        nonlocal number
        number += 1
        listed = [f"m{number}-{place}" for place in range(names)]
        more = {"has_more": True, "first_id": "x", "last_id": "same", "nextPageToken": "same"}
        return Answer.json(list_of(adapter.name, listed, **more))

    async with Loopback(script=page) as server:
        provider = adapter.make(server.url)
        assert isinstance(provider, Lists)
        found = await provider.models()
    assert len(found) <= 5000
    assert len(server.requests) <= 50


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_list_that_does_not_end_in_time_is_a_failure(
    adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_LONGEST_S", 0.3)
    begun = Answer([b'{"data": [', STALL], headers={"content-type": "application/json"})
    async with Loopback(begun) as server:
        provider = adapter.make(server.url)
        assert isinstance(provider, Lists)
        with pytest.raises(TimedOut, match="did not end its list of models"):
            await provider.models()
