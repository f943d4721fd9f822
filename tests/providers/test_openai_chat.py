"""What is OpenAI's own: keys, addresses, the name of the token limit."""

from __future__ import annotations

import pytest

from nbstream.errors import MissingKey
from nbstream.providers.openai_chat import OpenAIChat
from tests.loopback import Answer, Loopback, Received
from tests.providers.adapters import KEY, gather, request
from tests.speaking import chat_chunks


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def answer() -> Answer:
    before, spoken, after = chat_chunks(["Hi"])
    return Answer([before, *spoken, after])


async def asked(provider_url: str | None, api_key: str | None, server: Loopback) -> Received:
    await gather(OpenAIChat(base_url=provider_url, api_key=api_key), request(max_tokens=5, seed=1))
    return server.requests[-1]


async def test_the_sdks_environment_reaches_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Loopback(answer()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
        received = await asked(None, None, server)
    assert received.path == "/v1/chat/completions"
    assert received.headers["authorization"] == f"Bearer {KEY}"


async def test_a_server_of_ones_own_needs_no_key() -> None:
    async with Loopback(answer()) as server:
        received = await asked(f"{server.url}/v1", None, server)
    assert received.body == {
        "model": "some-model",
        "messages": [{"role": "user", "content": "Hi"}],
        "max_tokens": 5,
        "seed": 1,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_openai_itself_is_asked_by_its_own_name_for_the_limit_and_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Loopback(answer()) as server:
        monkeypatch.setenv("HTTP_PROXY", server.url)
        received = await asked("http://api.openai.com/v1", KEY, server)
    assert received.path == "http://api.openai.com/v1/chat/completions"
    assert received.body["max_completion_tokens"] == 5
    assert "max_tokens" not in received.body


async def test_a_server_on_this_machine_is_asked_without_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Loopback(answer()) as server, Loopback(Answer(status=502)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        await asked(f"{server.url}/v1", None, server)
        assert proxy.requests == []


@pytest.mark.parametrize("url", [None, "https://api.openai.com/v1", "https://eu.api.openai.com/v1"])
def test_openai_itself_needs_a_key(url: str | None) -> None:
    with pytest.raises(MissingKey, match="OPENAI_API_KEY"):
        OpenAIChat(base_url=url)


async def test_the_system_text_comes_first_and_the_stream_stays_one() -> None:
    async with Loopback(answer()) as server:
        wanted = request(system="Be brief.", extra={"stream": False, "temperature": 2})
        await gather(OpenAIChat(base_url=server.url), wanted)
    body = server.requests[0].body
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert body["stream"] is True
    assert body["temperature"] == 2
