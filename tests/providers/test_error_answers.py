"""The providers' own error answers, word for word: what each means and what it says to do."""

from __future__ import annotations

from typing import Any

import pytest

from nbstream.errors import (
    AuthenticationFailed,
    ContentRefused,
    ContextTooLong,
    ModelNotFound,
    NbStreamError,
    Overloaded,
    QuotaExceeded,
    RateLimited,
)
from tests.loopback import Answer, Loopback
from tests.providers.adapters import ADAPTERS, Adapter, until_failed
from tests.speaking import chat_chunks, sse

BY_NAME = {adapter.name: adapter for adapter in ADAPTERS}
CHAT, RESPONSES, ANTHROPIC, GOOGLE = "openai-chat", "openai-responses", "anthropic", "google"


def openai(message: str, code: str | None = None, kind: str = "invalid_request_error") -> Any:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def messages(kind: str, message: str) -> Any:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def google(code: int, status: str, message: str, *details: dict[str, Any]) -> Any:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


def quota(name: str) -> dict[str, Any]:
    kind = "type.googleapis.com/google.rpc.QuotaFailure"
    return {"@type": kind, "violations": [{"quotaId": name, "quotaValue": "50"}]}


AZURE = openai(
    "The response was filtered due to the prompt triggering Azure OpenAI's content management"
    " policy. Please modify your prompt and retry.",
    "content_filter",
)
AZURE["error"]["innererror"] = {"code": "ResponsibleAIPolicyViolation"}
LLAMACPP = {
    "error": {
        "code": 400,
        "message": "the request exceeds the available context size, try increasing it",
        "type": "exceed_context_size_error",
        "n_prompt_tokens": 5011,
        "n_ctx": 4096,
    }
}
ANSWERS: list[tuple[str, str, int, Any, type[NbStreamError]]] = [
    (
        *("wrong key", CHAT, 401),
        openai("Incorrect API key provided: sk-ab***yz.", "invalid_api_key"),
        AuthenticationFailed,
    ),
    (
        *("wrong key", ANTHROPIC, 401),
        messages("authentication_error", "invalid x-api-key"),
        AuthenticationFailed,
    ),
    (
        *("region", GOOGLE, 400),
        google(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
        NbStreamError,
    ),
    (
        *("no model", CHAT, 404),
        openai("The model `some-model` does not exist or you do not have access to it.",
               "model_not_found"),
        ModelNotFound,
    ),
    (
        *("no model", RESPONSES, 400),
        openai("The requested model 'some-model' does not exist.", "model_not_found"),
        ModelNotFound,
    ),
    ("no model", ANTHROPIC, 404, messages("not_found_error", "model: some-model"), ModelNotFound),
    (
        *("no model", GOOGLE, 404),
        google(404, "NOT_FOUND", "models/some-model is not found for API version v1beta, or is not"
               " supported for generateContent."),
        ModelNotFound,
    ),
    (
        *("ollama has no model", CHAT, 404),
        openai('model "some-model" not found, try pulling it first', None, "api_error"),
        ModelNotFound,
    ),
    (
        *("requests a minute", CHAT, 429),
        openai("Rate limit reached for gpt in organization org-x on requests per min (RPM):"
               " Limit 3, Used 3, Requested 1. Please try again in 20s.",
               "rate_limit_exceeded", "requests"),
        RateLimited,
    ),
    (
        *("tokens a minute", ANTHROPIC, 429),
        messages("rate_limit_error", "This request would exceed your organization's rate limit of"
                 " 30,000 input tokens per minute."),
        RateLimited,
    ),
    (
        *("requests a minute", GOOGLE, 429),
        google(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan"
               " and billing details.",
               quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")),
        RateLimited,
    ),
    (
        *("a day's quota", GOOGLE, 429),
        google(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan"
               " and billing details.", quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier")),
        QuotaExceeded,
    ),
    (
        *("quota", CHAT, 429),
        openai("You exceeded your current quota, please check your plan and billing details.",
               "insufficient_quota", "insufficient_quota"),
        QuotaExceeded,
    ),
    (
        *("credit", ANTHROPIC, 400),
        messages("invalid_request_error", "Your credit balance is too low to access the Anthropic"
                 " API. Please go to Plans & Billing to upgrade or purchase credits."),
        QuotaExceeded,
    ),
    (
        *("own limit", ANTHROPIC, 400),
        messages("invalid_request_error", "You have reached your specified API usage limits. You"
                 " will regain access on 2026-12-01 at 00:00 UTC."),
        QuotaExceeded,
    ),
    ("deepseek's balance", CHAT, 402, openai("Insufficient Balance"), QuotaExceeded),
    ("openrouter's credits", CHAT, 402, {"error": {"message": "Insufficient credits", "code": 402}},
     QuotaExceeded),
    ("azure's filter", CHAT, 400, AZURE, ContentRefused),
    (
        *("policy", RESPONSES, 400),
        openai("Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
               "invalid_prompt"),
        ContentRefused,
    ),
    (
        *("policy", ANTHROPIC, 400),
        messages("invalid_request_error", "Output blocked by content filtering policy"),
        ContentRefused,
    ),
    (
        *("openrouter's moderation", CHAT, 403),
        {"error": {"message": "meta requires moderation on provider. Your input was flagged",
                   "code": 403}},
        ContentRefused,
    ),
    ("overloaded", ANTHROPIC, 529, messages("overloaded_error", "Overloaded"), Overloaded),
    (
        *("overloaded", GOOGLE, 503),
        google(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
        Overloaded,
    ),
    (
        *("overloaded", CHAT, 503),
        openai("The engine is currently overloaded, please try again later.", None, "server_error"),
        Overloaded,
    ),
]  # fmt: skip


async def failed(name: str, status: int, body: Any) -> NbStreamError:
    adapter: Adapter = BY_NAME[name]
    async with Loopback(Answer.json(body, status)) as server:
        _, error = await until_failed(adapter.make(server.url))
    assert isinstance(error, NbStreamError)
    return error


@pytest.mark.parametrize(
    ("name", "status", "body", "kind"),
    [each[1:] for each in ANSWERS],
    ids=[f"{each[0]}-{each[1]}" for each in ANSWERS],
)
async def test_each_providers_own_words_are_one_class_and_say_what_to_do(
    name: str, status: int, body: Any, kind: type[NbStreamError]
) -> None:
    error = await failed(name, status, body)
    assert type(error) is kind or kind is NbStreamError
    assert (error.provider, error.status) == (name, status)
    assert error.recoverable is (kind in {RateLimited, Overloaded})
    advice = r"set OPENAI_|set ANTHROPIC_|try again|name another|see its billing|another way"
    assert pytest.RaisesExc(type(error), match=advice).matches(error)


INSIDE = [
    ({"error": "model runner has unexpectedly stopped"}, "runner has", Overloaded, None),
    ({"error": {"code": 502, "message": "Upstream."}, "choices": []}, "Upstream", Overloaded, 502),
    (
        {"object": "error", "message": "No more room.", "type": "InternalServerError", "code": 500},
        *("No more room", Overloaded, 500),
    ),
    (
        {"error": {"message": "Too long.", "type": "x", "code": "context_length_exceeded"}},
        *("too long for some-model", ContextTooLong, None),
    ),
]


@pytest.mark.parametrize(
    ("event", "said", "kind", "status"), INSIDE, ids=["ollama", "openrouter", "vllm", "groq"]
)
async def test_an_error_in_mid_stream_is_read_as_each_server_writes_it(
    event: dict[str, Any], said: str, kind: type[NbStreamError], status: int | None
) -> None:
    before, spoken, _ = chat_chunks(["One "])
    async with Loopback(Answer([before, *spoken, sse(event)])) as server:
        text, error = await until_failed(BY_NAME[CHAT].make(server.url))
    assert text == "One "
    assert type(error) is kind
    assert said in str(error)
    assert error.status == status


SIZES: list[tuple[str, str, int, Any, tuple[int | None, int | None]]] = [
    (
        *("anthropic", ANTHROPIC, 400),
        messages("invalid_request_error", "prompt is too long: 213462 tokens > 200000 maximum"),
        (213_462, 200_000),
    ),
    (
        *("anthropic, with the answer", ANTHROPIC, 400),
        messages("invalid_request_error", "input length and `max_tokens` exceed context limit:"
                 " 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again"),
        (209_573, 200_000),
    ),
    (
        *("openai", CHAT, 400),
        openai("This model's maximum context length is 8192 tokens. However, your messages resulted"
               " in 10000 tokens. Please reduce the length of the messages.",
               "context_length_exceeded"),
        (10_000, 8192),
    ),
    (
        *("openai, with the answer", CHAT, 400),
        openai("This model's maximum context length is 8192 tokens. However, you requested 9000"
               " tokens (8000 in the messages, 1000 in the completion).",
               "context_length_exceeded"),
        (9000, 8192),
    ),
    (
        *("responses", RESPONSES, 400),
        openai("Your input exceeds the context window of this model. Please adjust your input and"
               " try again.", "context_length_exceeded"),
        (None, None),
    ),
    (
        *("tokens a minute", CHAT, 429),
        openai("Request too large for gpt in organization org-x on tokens per min (TPM): Limit"
               " 10000, Requested 20000. The input or output tokens must be reduced in order to run"
               " successfully.", "rate_limit_exceeded", "tokens"),
        (20_000, 10_000),
    ),
    (
        *("groq", CHAT, 413),
        openai("Request too large for model `x` in organization `o` on tokens per minute (TPM):"
               " Limit 6000, Requested 7000, please reduce your message size and try again.",
               "rate_limit_exceeded", "tokens"),
        (7000, 6000),
    ),
    (
        *("vllm", CHAT, 400),
        {"object": "error", "message": "This model's maximum context length is 4096 tokens. However"
         ", you requested 5000 tokens (4900 in the messages, 100 in the completion). Please reduce"
         " the length of the messages or completion.", "type": "BadRequestError", "code": 400},
        (5000, 4096),
    ),
    (
        *("openrouter", CHAT, 400),
        {"error": {"message": "This endpoint's maximum context length is 131072 tokens. However,"
         " you requested about 140000 tokens (140000 of text input).", "code": 400}},
        (140_000, 131_072),
    ),
    (
        *("mistral", CHAT, 400),
        {"object": "error", "message": "Prompt contains 40000 tokens and 0 draft tokens, too large"
         " for model with 32768 maximum context length", "type": "invalid_request_prompt",
         "code": "3051"},
        (40_000, 32_768),
    ),
    ("llama.cpp", CHAT, 400, LLAMACPP, (5011, 4096)),
    (
        *("llama.cpp, in words", CHAT, 400),
        openai("request (5011 tokens) exceeds the available context size (4096 tokens), try"
               " increasing it", None, "exceed_context_size_error"),
        (5011, 4096),
    ),
    (
        *("gemini", GOOGLE, 400),
        google(400, "INVALID_ARGUMENT", "The input token count (1200000) exceeds the maximum number"
               " of tokens allowed (1048576)."),
        (1_200_000, 1_048_576),
    ),
    (
        *("gemini, half", GOOGLE, 400),
        google(400, "INVALID_ARGUMENT", "The input token count exceeds the maximum number of tokens"
               " allowed (1048576)."),
        (None, 1_048_576),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "status", "body", "sizes"),
    [each[1:] for each in SIZES],
    ids=[each[0] for each in SIZES],
)
async def test_a_prompt_that_does_not_fit_is_told_with_both_numbers(
    name: str, status: int, body: Any, sizes: tuple[int | None, int | None]
) -> None:
    error = await failed(name, status, body)
    assert isinstance(error, ContextTooLong)
    assert (error.tokens, error.limit) == sizes
    assert not error.recoverable
    assert "shorten it or name another model" in str(error)
    if None not in sizes:
        assert all(f"{size:,}" in str(error) for size in sizes)
