"""A provider's key goes to the provider's own host, and to no other unless somebody says so."""

from __future__ import annotations

import copy
import pickle
from dataclasses import asdict
from typing import Any

import pytest

import nbstream
from nbstream import aliases, api, providers
from nbstream.api_key import ApiKey
from nbstream.errors import ConnectionFailed, NbStreamError, UsageError
from nbstream.notebook.generator import Generator
from nbstream.options import Options, request
from nbstream.providers.address import is_loopback, is_of, with_scheme
from nbstream.providers.presets import PRESETS
from tests.answers import Answer
from tests.loopback import Loopback
from tests.providers.adapters import ADAPTERS, KEY, Adapter, gather
from tests.speaking import framed

VARIABLES = {
    "anthropic": "ANTHROPIC_API_KEY",
    "google": "GOOGLE_API_KEY",
    "openai-chat": "OPENAI_API_KEY",
    "openai-responses": "OPENAI_API_KEY",
}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "GOOGLE_GEMINI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.setenv(name, KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", f"org-{KEY}")
    monkeypatch.setenv("OPENAI_PROJECT_ID", f"proj-{KEY}")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", f"X-Gateway-Token: {KEY}")


def whole(adapter: Adapter) -> Answer:
    return Answer([adapter.whole(["Hello"])])


def url_of(adapter: Adapter, server: Loopback) -> str:
    return f"{server.url}/v1" if adapter.name.startswith("openai") else server.url


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_server_named_by_its_address_gets_nothing_of_the_environment(
    adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", KEY)
    async with Loopback(whole(adapter)) as server:
        answer = await nbstream.generate(
            "Hi", model=f"{adapter}/m", base_url=url_of(adapter, server), retries=0
        )
        assert answer.status == "complete"
        assert KEY not in str(server.requests[0].headers)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_server_that_is_refused_for_it_says_which_key_it_did_not_get(
    adapter: Adapter,
) -> None:
    refusal = Answer.json({"error": {"message": "no key"}}, 401)
    async with Loopback(refusal) as server:
        answer = await nbstream.generate(
            "Hi", model=f"{adapter}/m", base_url=url_of(adapter, server), retries=0
        )
    assert f"--api-key-name {VARIABLES[adapter.name]}" in str(answer.error)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_server_named_in_the_environment_gets_the_key_beside_it(
    adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Loopback(whole(adapter)) as server:
        url = url_of(adapter, server)
        for name in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "GOOGLE_GEMINI_BASE_URL"):
            monkeypatch.setenv(name, url)
        await nbstream.generate("Hi", model=f"{adapter}/m", retries=0)
        assert KEY in str(server.requests[0].headers)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_redirect_to_another_server_is_not_followed(adapter: Adapter, status: int) -> None:
    async with Loopback(whole(adapter)) as other:
        moved = Answer([b""], status, {"location": f"{other.url}/v1/elsewhere"})
        async with Loopback(moved) as server:
            answer = await nbstream.generate(
                "Hi", model=f"{adapter}/m", base_url=url_of(adapter, server), api_key=KEY
            )
            assert len(server.requests) == 1
        assert other.requests == []
        assert "another server" in str(answer.error)
        assert other.url in str(answer.error)
        with pytest.raises(ConnectionFailed, match="another server"):
            async with Loopback(moved) as server:
                await nbstream.models(adapter.name, base_url=url_of(adapter, server), api_key=KEY)
        assert other.requests == []


async def test_a_redirect_within_the_server_is_followed() -> None:
    before, spoken, after = framed("/v1/chat/completions", ["Hello"])
    moved = Answer([b""], 307, {"location": "/v2/chat/completions"})
    async with Loopback(moved, Answer([before, *spoken, after])) as server:
        answer = await nbstream.generate(
            "Hi", model="openai-chat/m", base_url=f"{server.url}/v1", retries=0
        )
    assert answer.text == "Hello"


async def test_of_several_models_the_address_and_the_key_are_the_first_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    down = Answer.json({"error": {"message": "no"}}, 401)
    async with Loopback(down) as first, Loopback(whole(ADAPTERS[0])) as second:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", second.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "the-other-key")
        await nbstream.generate(
            "Hi",
            model="openai-chat/a | anthropic/b",
            base_url=f"{first.url}/v1",
            api_key=KEY,
            retries=0,
        )
        assert first.requests
        sent = second.requests[0].headers
        assert any("the-other-key" in value for value in sent.values())
        assert not {KEY, f"Bearer {KEY}"} & {sent.get("authorization"), sent.get("x-api-key")}


async def test_an_alias_of_several_gives_its_server_to_the_first_ones_provider() -> None:
    try:
        aliases.configure(
            {"house": {"model": "openai-chat/a | anthropic/b", "base_url": "http://h.x/v1"}}
        )
        first, second = api.choice.alternatives("house")
    finally:
        aliases.configure({})
    assert (first.base_url, second.base_url) == ("http://h.x/v1", None)


def test_a_generators_key_without_a_model_is_for_the_default_models_provider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NBSTREAM_MODEL", "openai/gpt-6-sol")
    made = Generator(api_key="given-without-a-model")
    assert made.server["api_key"] == ApiKey("given-without-a-model")
    made.model = "anthropic/claude-haiku-5-5"
    assert made.server["api_key"] is None
    made.close()


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.9.9.9", True),
        ("http://[::1]/v1", True),
        ("http://[::ffff:127.0.0.1]/v1", True),
        ("http://localhost./v1", True),
        ("http://LOCALHOST/v1", True),
        ("http://a.localhost/v1", True),
        ("http://0.0.0.0:11434", True),
        ("http://127.evil.com", False),
        ("http://127.0.0.1.evil.com", False),
        ("http://127.0.0.1@evil.com", False),
        ("http://localhost.evil.com", False),
        ("http://evil.com/127.0.0.1", False),
        ("http://evil.com\\@127.0.0.1", False),
        ("http://127.0.0.1\t.evil.com", False),
        ("http://10.0.0.1", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_this_machine_is_what_no_name_service_decides(url: str, here: bool) -> None:
    assert is_loopback(url) is here


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://mine.openai.azure.com/openai/v1", True),
        ("https://mine.services.ai.azure.com/x", True),
        ("https://evil.westeurope.cloudapp.azure.com/x", False),
        ("https://mine.openai.azure.com.evil.com", False),
        ("https://evil.com/openai.azure.com", False),
        ("https://evilopenai.azure.com", False),
    ],
)
def test_a_host_that_anybody_can_have_below_a_providers_domain_is_not_its_own(
    url: str, own: bool
) -> None:
    assert PRESETS["azure"].is_own(url) is own


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("mine.openai.azure.com", "https://mine.openai.azure.com/openai/v1"),
        ("mine.openai.azure.com/openai/v1/", "https://mine.openai.azure.com/openai/v1"),
        ("localhost:9000", "http://localhost:9000/openai/v1"),
    ],
)
def test_an_azure_endpoint_without_a_scheme_is_reached_over_tls(given: str, url: str) -> None:
    assert PRESETS["azure"].address(given) == url


def test_addresses_of_the_environment_without_a_scheme_are_reached_over_tls() -> None:
    assert with_scheme("gateway.example/v1") == "https://gateway.example/v1"
    assert with_scheme("127.0.0.1:1/v1") == "http://127.0.0.1:1/v1"
    assert with_scheme("127.evil.com/v1") == "https://127.evil.com/v1"


def test_hosts_are_compared_whole_or_by_a_label() -> None:
    assert is_of("https://api.groq.com/x", ("groq.com", "*.groq.com"))
    assert not is_of("https://notgroq.com/x", ("groq.com", "*.groq.com"))
    assert not is_of("https://groq.com@evil.com/x", ("groq.com", "*.groq.com"))
    assert not is_of("https://evil.com\\@groq.com/x", ("groq.com", "*.groq.com"))


@pytest.mark.parametrize(
    "url", ["http://a\\@b/v1", "http://a\t/v1", "http://a b/v1", "http://a\n/v1"]
)
def test_an_address_that_programs_read_differently_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="base_url"):
        request("Hi", "m", Options(base_url=url))


def test_a_key_shows_nowhere_but_where_it_is_asked_for() -> None:
    key = ApiKey(KEY)
    assert key.reveal() == KEY
    for text in (repr(key), str(key), f"{key}", f"{key!r}", repr([key]), repr({"k": key})):
        assert text.replace("[", "").replace("]", "").count(KEY) == 0
    assert not hasattr(key, "__dict__")
    assert KEY.encode() not in pickle.dumps(key)
    assert not pickle.loads(pickle.dumps(key))
    assert copy.deepcopy(key) == key


async def test_nothing_that_keeps_a_key_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = nbstream.Conversation(model="openai-chat/m", api_key=KEY)
    made = providers.create("openai-chat", api_key=KEY)
    asked: Any = made._server.asked("m")  # type: ignore[attr-defined]
    gen = Generator(model="openai-chat/m", api_key=KEY)
    for each in (talk, made, asked, gen, made._server):  # type: ignore[attr-defined]
        assert KEY not in repr(each)
        assert KEY not in repr(getattr(each, "__dict__", None))
    assert KEY not in repr(asdict(asked))
    assert KEY.encode() not in pickle.dumps(talk)
    assert KEY not in repr(pickle.loads(pickle.dumps(talk)).__dict__)
    assert KEY not in repr(gen.get_state())
    gen.close()


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_fault_of_an_sdk_shows_none_of_its_frames(
    adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx2

    async def send(self: Any, request: Any, **_: Any) -> Any:
        headers = dict(request.headers)
        raise ZeroDivisionError(f"a fault with {len(headers)} headers in its frame")

    monkeypatch.setattr(httpx2.AsyncClient, "send", send)
    async with Loopback() as server:
        made = providers.create(adapter.name, base_url=url_of(adapter, server), api_key=KEY)
        with pytest.raises((ZeroDivisionError, NbStreamError)) as caught:
            await gather(made)
    assert KEY not in locals_of(caught.value)


def locals_of(error: BaseException | None) -> str:
    """All that a verbose traceback shows."""
    found: list[str] = []
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            if "/tests/" not in trace.tb_frame.f_code.co_filename:
                found.append(repr(trace.tb_frame.f_locals))
            trace = trace.tb_next
        error = error.__cause__ or error.__context__
    return "\n".join(found)
