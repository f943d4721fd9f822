"""What is Google's own: keys, addresses, the package that may be missing, its errors' details."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import pytest

from nbstream.errors import (
    AuthenticationFailed,
    ContextTooLong,
    MissingKey,
    RateLimited,
    UsageError,
)
from nbstream.provider import Stop
from nbstream.providers.google import Google
from nbstream.request import Message, Request
from tests.loopback import Answer, Loopback
from tests.providers.adapters import KEY, gather, until_failed
from tests.speaking import Speech, sse


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def answer() -> Answer:
    return Speech(["Hi"], tokens_per_s=None).answer("/models/m:streamGenerateContent")


def test_who_uses_vertex_is_told_that_it_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingKey) as failed:
        Google()
    assert "Vertex" not in str(failed.value)
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    with pytest.raises(MissingKey, match=r"Vertex AI .* is not supported"):
        Google()


async def test_a_word_that_the_sdk_does_not_know_is_no_warning_in_the_notebook() -> None:
    said = {"candidates": [{"finishReason": "BORED"}], "promptFeedback": {"blockReason": "MOOD"}}
    async with Loopback(Answer([sse(said)])) as server:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            events = await gather(Google(base_url=server.url))
    assert events[-1] == Stop("BORED")
    assert not [each for each in warned if issubclass(each.category, UserWarning)]


@pytest.mark.parametrize("variable", ["GOOGLE_API_KEY", "GEMINI_API_KEY"])
@pytest.mark.parametrize("path", ["", "/", "/v1beta", "/v1beta/"])
async def test_the_sdks_environment_reaches_a_server(
    monkeypatch: pytest.MonkeyPatch, variable: str, path: str
) -> None:
    async with Loopback(answer()) as server:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url + path)
        monkeypatch.setenv(variable, f"{KEY}\n")
        await gather(Google())
    received = server.requests[0]
    assert received.path == "/v1beta/models/some-model:streamGenerateContent?alt=sse"
    assert received.headers["x-goog-api-key"] == KEY


async def test_google_itself_is_asked_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Loopback(answer()) as server:
        monkeypatch.setenv("HTTP_PROXY", server.url)
        await gather(Google(base_url="http://generativelanguage.googleapis.com", api_key=KEY))
    assert server.requests[0].path.startswith("http://generativelanguage.googleapis.com/v1beta/")


async def test_a_server_on_this_machine_is_asked_without_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Loopback(answer()) as server, Loopback(Answer(status=502)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        await gather(Google(base_url=server.url))
        assert proxy.requests == []


def test_google_itself_needs_a_key() -> None:
    with pytest.raises(MissingKey, match="GOOGLE_API_KEY or GEMINI_API_KEY"):
        Google()


def test_without_the_sdk_one_sentence_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "google.genai", None)
    with pytest.raises(UsageError, match=r'`pip install "google-genai'):
        Google(api_key=KEY)


async def test_a_conversation_names_the_model_as_google_does() -> None:
    turns = (Message("user", "1"), Message("assistant", "2"), Message("user", "3"))
    async with Loopback(answer()) as server:
        await gather(Google(base_url=server.url), Request("m", turns))
    contents = server.requests[0].body["contents"]
    assert [(turn["role"], turn["parts"]) for turn in contents] == [
        ("user", [{"text": "1"}]),
        ("model", [{"text": "2"}]),
        ("user", [{"text": "3"}]),
    ]


async def test_extra_goes_into_the_bodys_objects() -> None:
    extra = {"generationConfig": {"topK": 3}, "cachedContent": "c"}
    asked = Request("m", (Message("user", "1"),), max_tokens=5, extra=extra)
    async with Loopback(answer()) as server:
        await gather(Google(base_url=server.url), asked)
    body = server.requests[0].body
    assert body["generationConfig"] == {"maxOutputTokens": 5, "topK": 3}
    assert body["cachedContent"] == "c"


def refusal(code: int, status: str, message: str, *details: dict[str, Any]) -> Answer:
    error = {"code": code, "message": message, "status": status, "details": list(details)}
    return Answer.json({"error": error}, code)


async def test_a_wrong_key_is_told_from_a_wrong_argument() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    wrong = refusal(400, "INVALID_ARGUMENT", "API key not valid.", info)
    async with Loopback(wrong) as server:
        _, error = await until_failed(Google(base_url=server.url))
    assert isinstance(error, AuthenticationFailed)


@pytest.mark.parametrize(
    ("delay", "wait_s"), [("34.5s", 34.5), ("0s", None), ("soon", None), (5, None)]
)
async def test_how_long_to_wait_is_read_from_the_errors_details(
    delay: object, wait_s: float | None
) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    busy = refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", info)
    async with Loopback(busy) as server:
        _, error = await until_failed(Google(base_url=server.url))
    assert isinstance(error, RateLimited)
    assert error.retry_after_s == wait_s


async def test_a_prompt_that_is_too_long_is_told() -> None:
    said = "The input token count (9) exceeds the maximum number of tokens allowed (8)."
    async with Loopback(refusal(400, "INVALID_ARGUMENT", said)) as server:
        _, error = await until_failed(Google(base_url=server.url))
    assert isinstance(error, ContextTooLong)
