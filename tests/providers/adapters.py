"""The adapters that talk HTTP, each with its protocol's bytes: what the contract holds for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from nbstream.events import TextDelta
from nbstream.provider import Provider, ProviderEvent
from nbstream.providers.anthropic import Anthropic
from nbstream.providers.google import Google
from nbstream.providers.openai_chat import OpenAIChat
from nbstream.providers.openai_responses import OpenAIResponses
from nbstream.request import Message, Request
from tests.loopback import Received
from tests.speaking import (
    Framed,
    chat_chunks,
    gemini_chunks,
    message_events,
    response_events,
    sse,
)

KEY = "sk-canary-5f0c9a7e31d84b62"
TIMEOUT_S = 30


@dataclass(frozen=True)
class Adapter:
    """`make(url, api_key=…)` takes the server's address; `unmarked` are pieces that end a stream
    without its terminal marker, `misshapen` are events of another shape; `prompt` finds the
    prompt in a request's body; `given` are options and `sent` what the body then holds of them;
    `refused` are options the API does not have, `forgiven` what its SDK takes for a chunk that says
    nothing."""

    name: str
    make: Callable[..., Provider]
    framed: Callable[..., Framed]
    unmarked: bytes
    misshapen: list[dict[str, Any]]
    error_inside: Callable[[str, str], bytes]
    prompt: Callable[[Any], str]
    given: dict[str, Any]
    sent: dict[str, Any]
    refused: dict[str, Any]
    forgiven: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name

    def nonsense(self, data: bytes) -> bytes:
        """`data` as an event of a kind that the protocol knows."""
        event = b"event: content_block_delta\n" if self.name == "anthropic" else b""
        return b"%bdata: %b\n\n" % (event, data)

    def whole(self, tokens: Sequence[str], **options: Any) -> bytes:
        before, spoken, after = self.framed(tokens, **options)
        return before + b"".join(spoken) + after


def _openai(url: str, api_key: str | None = KEY, **options: Any) -> Provider:
    return OpenAIChat(base_url=f"{url}/v1", api_key=api_key, **options)


def _responses(url: str, api_key: str | None = KEY, **options: Any) -> Provider:
    return OpenAIResponses(base_url=f"{url}/v1", api_key=api_key, **options)


def _anthropic(url: str, api_key: str | None = KEY, **options: Any) -> Provider:
    return Anthropic(base_url=url, api_key=api_key, **options)


def _google(url: str, api_key: str | None = KEY, **options: Any) -> Provider:
    return Google(base_url=url, api_key=api_key, **options)


def _chat_error(kind: str, message: str) -> bytes:
    return sse({"error": {"type": kind, "code": kind, "message": message}})


def _response_error(kind: str, message: str) -> bytes:
    return sse({"type": "error", "code": kind, "message": message, "param": None}, "error")


def _messages_error(kind: str, message: str) -> bytes:
    return sse({"type": "error", "error": {"type": kind, "message": message}}, "error")


def _gemini_error(kind: str, message: str) -> bytes:
    code = {"overloaded_error": 503, "rate_limit_error": 429, "api_error": 500}.get(kind, 400)
    return sse({"error": {"code": code, "message": message, "status": kind.upper()}})


def _last_content(field: str) -> Callable[[Any], str]:
    return lambda body: body[field][-1]["content"]


EVERYTHING = {
    "max_tokens": 5,
    "temperature": 0.5,
    "top_p": 0.9,
    "stop": ("END",),
    "seed": 3,
    "effort": "high",
    "system": "Be brief.",
}


def _but(*names: str) -> dict[str, Any]:
    return {name: value for name, value in EVERYTHING.items() if name not in names}


def _only(*names: str) -> dict[str, Any]:
    return {name: EVERYTHING[name] for name in names}


ADAPTERS = [
    Adapter(
        "openai-chat",
        _openai,
        chat_chunks,
        b"data: [DONE]\n\n",
        [{"choices": 5}, {"choices": [{"index": 0, "delta": {"reasoning": 5}}]}],
        _chat_error,
        _last_content("messages"),
        EVERYTHING,
        {
            "max_tokens": 5,
            "temperature": 0.5,
            "top_p": 0.9,
            "stop": ["END"],
            "seed": 3,
            "reasoning_effort": "high",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
            ],
        },
        {},
    ),
    Adapter(
        "openai-responses",
        _responses,
        response_events,
        sse({"type": "response.output_item.done", "output_index": 0, "item": {"type": "message"}}),
        [{}, {"type": "response.output_text.delta", "output_index": 0, "delta": 5}],
        _response_error,
        _last_content("input"),
        _but("stop", "seed"),
        {
            "max_output_tokens": 5,
            "temperature": 0.5,
            "top_p": 0.9,
            "reasoning": {"effort": "high"},
            "instructions": "Be brief.",
        },
        _only("stop", "seed"),
    ),
    Adapter(
        "anthropic",
        _anthropic,
        message_events,
        sse({"type": "content_block_stop", "index": 0}, "content_block_stop")
        + sse(
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                "usage": {"output_tokens": 1},
            },
            "message_delta",
        ),
        [
            {"type": "content_block_delta"},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": 5}},
        ],
        _messages_error,
        _last_content("messages"),
        _but("temperature", "top_p", "seed"),
        {
            "max_tokens": 5,
            "stop_sequences": ["END"],
            "output_config": {"effort": "high"},
            "thinking": {"type": "adaptive", "display": "summarized"},
            "system": "Be brief.",
        },
        _only("temperature", "top_p", "seed"),
    ),
    Adapter(
        "google",
        _google,
        gemini_chunks,
        sse({"usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 3}}),
        [{"candidates": 5}, {"candidates": [{"content": {"parts": [{"text": 5}]}}]}],
        _gemini_error,
        lambda body: body["contents"][-1]["parts"][0]["text"],
        EVERYTHING,
        {
            "generationConfig": {
                "maxOutputTokens": 5,
                "temperature": 0.5,
                "topP": 0.9,
                "stopSequences": ["END"],
                "seed": 3,
                "thinkingConfig": {"thinking_level": "HIGH", "include_thoughts": True},
            },
            "systemInstruction": {"role": "user", "parts": [{"text": "Be brief."}]},
        },
        {},
        frozenset({"null", "a-list"}),
    ),
]


def request(text: str = "Hi", **options: Any) -> Request:
    return Request("some-model", (Message("user", text),), **options)


async def gather(provider: Provider, asked: Request | None = None) -> list[ProviderEvent]:
    """Everything a stream yields."""
    async with aclosing(provider.stream(asked or request())) as stream:
        return [event async for event in stream]


async def until_failed(provider: Provider, asked: Request | None = None) -> tuple[str, Exception]:
    """The text of a stream that fails, and the failure."""
    text = ""
    try:
        async with aclosing(provider.stream(asked or request())) as stream:
            async for event in stream:
                if isinstance(event, TextDelta):
                    text += event.text
    except Exception as error:
        return text, error
    raise AssertionError("the stream did not fail")


def text_of(events: Sequence[ProviderEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def left(received: Received) -> None:
    """Wait until the client has closed the request's connection."""
    await asyncio.wait_for(received.closed.wait(), TIMEOUT_S)
