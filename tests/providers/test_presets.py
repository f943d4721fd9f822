"""Servers by name: where they are, which key they want, what they take."""

from __future__ import annotations

from typing import Any

import pytest

from nbstream import providers
from nbstream.errors import MissingKey, UsageError
from nbstream.providers.presets import PRESETS, Preset
from tests.loopback import Answer, Loopback, Received
from tests.providers.adapters import KEY, gather, request
from tests.speaking import Speech

HERE = ["llamacpp", "lmstudio", "ollama", "vllm"]
ELSEWHERE = sorted(PRESETS.keys() - set(HERE))


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for preset in PRESETS.values():
        for name in (preset.key_variable, preset.url_variable):
            monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


async def asked(name: str, url: str | None, server: Loopback, **options: Any) -> Received:
    await gather(providers.create(name, base_url=url, api_key=KEY), request(**options))
    return server.requests[-1]


def speaking() -> Loopback:
    return Loopback(Speech(tokens_per_s=None).answer("/v1/chat/completions"))


@pytest.mark.parametrize("name", ELSEWHERE)
async def test_a_service_is_asked_at_its_own_address_with_its_own_key(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    preset = PRESETS[name]
    url = preset.base_url.replace("https:", "http:").replace("RESOURCE", "mine")
    async with speaking() as server:
        monkeypatch.setenv("HTTP_PROXY", server.url)
        monkeypatch.setenv(preset.key_variable, KEY)
        await gather(providers.create(name, base_url=url))
    received = server.requests[0]
    assert received.path == f"{url}/chat/completions"
    assert received.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("name", HERE)
async def test_a_server_on_this_machine_needs_no_key_and_no_path(name: str) -> None:
    async with speaking() as server:
        await gather(providers.create(name, base_url=server.url))
    assert server.requests[0].path == "/v1/chat/completions"


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "http://127.0.0.1:{}/", "http://127.0.0.1:{}/v1"])
async def test_ollamas_variable_names_its_host_in_any_form(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with speaking() as server:
        monkeypatch.setenv("OLLAMA_HOST", host.format(server.port))
        await gather(providers.create("ollama"), request())
    assert server.requests[0].path == "/v1/chat/completions"


@pytest.mark.parametrize("endpoint", ["", "/", "/openai/v1", "/openai/v1/"])
async def test_azures_endpoint_is_that_of_its_resource(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with speaking() as server:
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.url + endpoint)
        received = await asked("azure", None, server, max_tokens=5)
    assert received.path == "/openai/v1/chat/completions"
    assert received.body["max_completion_tokens"] == 5


def test_azure_without_an_endpoint_says_which_variable_to_set() -> None:
    with pytest.raises(UsageError, match="AZURE_OPENAI_ENDPOINT"):
        providers.create("azure", api_key=KEY)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_service_needs_its_key(name: str) -> None:
    preset = PRESETS[name]
    with pytest.raises(MissingKey, match=preset.key_variable):
        providers.create(name, base_url=preset.base_url.replace("RESOURCE", "mine"))


async def test_model_names_keep_their_slashes() -> None:
    provider, model = providers.parse_model("openrouter/anthropic/claude-x:free")
    async with speaking() as server:
        made = providers.create(provider, base_url=f"{server.url}/api/v1")
        await gather(made, request().__class__(model, request().messages))
    assert server.requests[0].body["model"] == "anthropic/claude-x:free"


async def test_mistral_gets_its_own_names_and_nothing_it_does_not_know() -> None:
    async with speaking() as server:
        received = await asked("mistral", f"{server.url}/v1", server, seed=3, max_tokens=5)
    assert received.body.keys() == {"model", "messages", "random_seed", "max_tokens", "stream"}


@pytest.mark.parametrize(
    ("name", "option"), [("mistral", "effort"), ("llamacpp", "effort"), ("deepseek", "seed")]
)
async def test_what_a_server_does_not_take_is_named_before_anything_is_sent(
    name: str, option: str
) -> None:
    async with Loopback(Answer()) as server:
        with pytest.raises(UsageError, match=f"{name} takes no {option}"):
            await asked(name, f"{server.url}/v1", server, **{option: 1})
        assert server.requests == []


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://api.groq.com/openai/v1", True),
        ("https://eu.api.groq.com/v1", True),
        ("https://groq.com", True),
        ("https://notgroq.com/v1", False),
        ("https://groq.com.example.org/v1", False),
        ("http://[", False),
    ],
)
def test_an_address_is_the_providers_own_by_its_host(url: str, own: bool) -> None:
    assert Preset("https://api.groq.com/openai/v1").is_own(url) is own
