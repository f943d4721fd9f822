"""OpenAI's chat completions, and every server that speaks them, over the openai SDK."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any

from ..api_key import ApiKey
from ..provider import ProviderEvent
from ..request import JsonSchema, Message, Request
from .chat_chunks import ChatChunks
from .exchange import exchange, post
from .openai_server import OpenAIServer
from .parameters import mapped
from .presets import OPENAI, Preset
from .schema_mode import in_schema_mode, told
from .strict import strict


class OpenAIChat:
    """A chat completions server, OpenAI's own unless `preset` or `base_url` name another. Without
    `base_url` and `api_key` the preset's environment variables hold; a server other than the
    preset's needs no key.

    `timeout_s` is the longest silence in seconds. Raises MissingKey.
    """

    takes_images = True

    def __init__(
        self,
        *,
        name: str = "openai-chat",
        preset: Preset = OPENAI,
        base_url: str | None = None,
        api_key: str | ApiKey | None = None,
        timeout_s: float = 600.0,
    ) -> None:
        self._server = OpenAIServer(
            name, preset, base_url=base_url, api_key=api_key, timeout_s=timeout_s
        )

    def __repr__(self) -> str:
        return f"OpenAIChat(name={self.name!r})"

    @property
    def name(self) -> str:
        return self._server.name

    async def warm_up(self) -> None:
        """Load the SDK."""
        await self._server.warm_up()

    async def models(self) -> list[str]:
        """The names of the models the server offers."""
        return await self._server.models()

    def check(self, request: Request) -> None:
        """Raises UsageError for options the server does not take."""
        mapped(request, self.name, _fields(self._server))

    def told(self, request: Request) -> Request:
        """The request with its schema as the server is told it."""
        has_mode = _fields(self._server)["schema"] is not None
        is_own = self._server.is_openai
        return told(self._server.url, request, has_mode=has_mode, is_own=is_own)

    def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Send the request and yield what comes, ending after `Stop`. Raises UsageError for
        options the server does not take."""
        return chat(self._server, request)


def chat(server: OpenAIServer, request: Request) -> AsyncGenerator[ProviderEvent]:
    """The stream of a chat completions request to `server`. Raises UsageError for options that it
    does not take."""
    if request.schema is None or _fields(server)["schema"] is None:
        return _sent(server, request)
    return in_schema_mode(server.name, server.url, request, lambda request: _sent(server, request))


def _sent(server: OpenAIServer, request: Request) -> AsyncGenerator[ProviderEvent]:
    asked = server.asked(request.model)
    body = _body(request, server)
    reading = ChatChunks(parts=server.preset.sends_parts)
    return exchange(post(server.connect, "openai", "/chat/completions", body), reading, asked)


_FIELDS: Mapping[str, str | None] = {
    "max_tokens": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "stop": "stop",
    "seed": "seed",
    "effort": "reasoning_effort",
    "usage": "stream_options",
    "schema": "response_format",
}
"""The usual names of our parameters, of the wish to be told the usage, and of a schema."""


def _fields(server: OpenAIServer) -> Mapping[str, str | None]:
    is_preset = server.preset is not OPENAI or server.is_own
    return {**_FIELDS, **server.preset.fields} if is_preset else _FIELDS


def _body(request: Request, server: OpenAIServer) -> dict[str, Any]:
    """The request by the API's names. Raises UsageError for what the preset does not have."""
    fields = _fields(server)
    turns: list[dict[str, Any]] = [
        {"role": turn.role, "content": _content(turn)} for turn in request.messages
    ]
    if request.system is not None:
        turns.insert(0, {"role": "system", "content": request.system})
    usage, schema = fields["usage"], fields["schema"]
    return {
        "model": request.model,
        "messages": turns,
        **mapped(request, server.name, fields),
        **({usage: {"include_usage": True}} if usage else {}),
        **({schema: _format(request.schema)} if schema and request.schema else {}),
        **request.extra,
        "stream": True,
    }


def _format(schema: JsonSchema) -> dict[str, Any]:
    closed = strict(schema.schema)
    described: dict[str, Any] = {"name": schema.name, "schema": closed or schema.schema}
    if closed is not None:
        described["strict"] = True
    return {"type": "json_schema", "json_schema": described}


def _content(turn: Message) -> str | list[dict[str, Any]]:
    if not turn.images:
        return turn.text
    images = [{"type": "image_url", "image_url": {"url": image.url}} for image in turn.images]
    return [*images, {"type": "text", "text": turn.text}]
