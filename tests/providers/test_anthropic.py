"""What is Anthropic's own: credentials, addresses, options it does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbstream.errors import MissingKey, UsageError
from nbstream.providers.anthropic import Anthropic
from tests.loopback import Answer, Loopback
from tests.providers.adapters import KEY, gather, request
from tests.speaking import message_events


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("API_KEY", "BASE_URL", "AUTH_TOKEN", "PROFILE", "CONFIG_DIR"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)
    monkeypatch.delenv("APPDATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))


def answer() -> Answer:
    before, spoken, after = message_events(["Hi"])
    return Answer([before, *spoken, after])


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
async def test_an_address_may_end_in_v1(end: str) -> None:
    async with Loopback(answer()) as server:
        await gather(Anthropic(base_url=server.url + end))
    assert server.requests[0].path == "/v1/messages"


async def test_a_limit_is_always_sent() -> None:
    async with Loopback(answer()) as server:
        await gather(Anthropic(base_url=server.url), request(stop=("END",), system="Be brief."))
    assert server.requests[0].body == {
        "model": "some-model",
        "max_tokens": 8192,
        "messages": [{"role": "user", "content": "Hi"}],
        "system": "Be brief.",
        "stop_sequences": ["END"],
        "stream": True,
    }


@pytest.mark.parametrize("variable", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"])
async def test_the_sdks_environment_reaches_a_server(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Loopback(answer()) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv(variable, KEY)
        await gather(Anthropic())
    headers = server.requests[0].headers
    assert KEY in headers.get("authorization", "") + headers.get("x-api-key", "")


@pytest.mark.parametrize("option", ["temperature", "top_p", "seed"])
async def test_an_option_the_api_does_not_have_is_named_before_anything_is_sent(
    option: str,
) -> None:
    async with Loopback(answer()) as server:
        with pytest.raises(UsageError, match=option):
            await gather(Anthropic(base_url=server.url), request(**{option: 1}))
        assert server.requests == []


def test_anthropic_itself_needs_a_key() -> None:
    with pytest.raises(MissingKey, match="ANTHROPIC_API_KEY"):
        Anthropic()


async def test_a_profile_without_credentials_is_a_missing_key(tmp_path: Path) -> None:
    (tmp_path / ".config" / "anthropic").mkdir(parents=True)
    with pytest.raises(MissingKey, match="ANTHROPIC_API_KEY"):
        await gather(Anthropic())
