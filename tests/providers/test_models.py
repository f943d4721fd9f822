"""What a server offers, by its own listing call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

import nbstream
from nbstream.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ProtocolBroken,
    ProviderError,
    UsageError,
)
from nbstream.provider import Lists, ProviderEvent
from nbstream.request import Request
from tests.loopback import Answer, Loopback
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
