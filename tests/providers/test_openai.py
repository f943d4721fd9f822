"""`openai/…`: Responses, and chat completions where a server has no Responses."""

from __future__ import annotations

import pytest

from nbstream import providers
from nbstream.errors import AuthenticationFailed, ModelNotFound, Overloaded, ProviderError
from nbstream.provider import Provider, Stop
from nbstream.providers.openai_responses import OpenAI, OpenAIResponses
from tests.loopback import DROP, Answer, Loopback, Received
from tests.providers.adapters import KEY, gather, request, text_of, until_failed
from tests.speaking import Speech


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def openai(url: str) -> Provider:
    return OpenAI(base_url=f"{url}/v1", api_key=KEY)


def without_responses(answer: Answer, chat: Answer | None = None) -> Loopback:
    def script(received: Received) -> Answer:
        is_chat = received.path.endswith("/chat/completions")
        return (chat or Speech().answer(received.path)) if is_chat else answer

    return Loopback(script=script)


ABSENT = {
    "404-page": Answer([b"404 page not found"], 404, {"content-type": "text/plain"}),
    "404": Answer.json({"error": {"message": "File Not Found", "type": "not_found_error"}}, 404),
    "405": Answer.json({"detail": "Method Not Allowed"}, 405),
    "501": Answer.json({"error": {"message": "sorry"}}, 501),
    "400": Answer.json({"error": {"message": "unknown endpoint: POST /v1/responses"}}, 400),
}


@pytest.mark.parametrize("kind", ABSENT)
async def test_a_server_without_responses_is_asked_for_chat_completions_from_then_on(
    kind: str,
) -> None:
    async with without_responses(ABSENT[kind]) as server:
        events = await gather(openai(server.url))
        again = await gather(openai(server.url))
    assert text_of(events) == text_of(again) != ""
    assert isinstance(events[-1], Stop)
    paths = [received.path for received in server.requests]
    assert paths == ["/v1/responses", "/v1/chat/completions", "/v1/chat/completions"]


async def test_a_server_with_responses_is_asked_for_nothing_else() -> None:
    async with Loopback(script=lambda received: Speech().answer(received.path)) as server:
        events = await gather(openai(server.url))
    assert isinstance(events[-1], Stop)
    assert [received.path for received in server.requests] == ["/v1/responses"]


async def test_where_both_fail_the_second_failure_is_told_and_nothing_remembered() -> None:
    missing = Answer.json({"error": {"message": "The model `some-model` does not exist"}}, 404)
    gone = ABSENT["404"]
    async with without_responses(gone, missing) as server:
        for _ in range(2):
            _, error = await until_failed(openai(server.url))
            assert isinstance(error, ModelNotFound)
    assert [received.path[4:] for received in server.requests] == [
        *("responses", "chat/completions") * 2
    ]


@pytest.mark.parametrize(
    ("status", "kind"), [(401, AuthenticationFailed), (500, Overloaded), (400, ProviderError)]
)
async def test_another_failure_is_told_as_it_is(status: int, kind: type[Exception]) -> None:
    answer = Answer.json({"error": {"message": "sorry"}}, status)
    async with without_responses(answer) as server:
        _, error = await until_failed(openai(server.url))
    assert type(error) is kind
    assert len(server.requests) == 1


async def test_nothing_is_asked_twice_once_something_came() -> None:
    whole = Speech(tokens_per_s=None).answer("/v1/responses")
    begun = [next(iter(whole.steps)), DROP]  # type: ignore[call-overload]
    async with without_responses(Answer(begun)) as server:
        await until_failed(openai(server.url))
    assert len(server.requests) == 1


async def test_responses_by_name_stay_responses() -> None:
    async with without_responses(ABSENT["404"]) as server:
        provider = OpenAIResponses(base_url=f"{server.url}/v1", api_key=KEY)
        _, error = await until_failed(provider)
    assert isinstance(error, ProviderError)
    assert [received.path for received in server.requests] == ["/v1/responses"]


async def test_openai_itself_is_never_asked_for_chat_completions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with without_responses(ABSENT["404"]) as server:
        monkeypatch.setenv("HTTP_PROXY", server.url)
        await until_failed(OpenAI(base_url="http://api.openai.com/v1", api_key=KEY))
    assert [received.path for received in server.requests] == ["http://api.openai.com/v1/responses"]


async def test_an_answer_is_not_kept_by_the_provider_unless_asked_to() -> None:
    async with Loopback(script=lambda received: Speech().answer(received.path)) as server:
        await gather(openai(server.url))
        await gather(openai(server.url), request(extra={"store": True}))
    assert [received.body["store"] for received in server.requests] == [False, True]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("openai", "/v1/responses"),
        ("openai-responses", "/v1/responses"),
        ("openai-chat", "/v1/chat/completions"),
    ],
)
async def test_each_name_asks_its_own_api(name: str, path: str) -> None:
    async with Loopback(script=lambda received: Speech().answer(received.path)) as server:
        await gather(providers.create(name, base_url=f"{server.url}/v1"))
    assert [received.path for received in server.requests] == [path]
