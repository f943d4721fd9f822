"""OpenAI's chat completions, and every server that speaks them, over the openai SDK."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from ..provider import ProviderEvent
from ..request import Request
from .chat_chunks import ChatChunks
from .exchange import exchange, post
from .openai_server import OpenAIServer
from .presets import OPENAI, Preset


class OpenAIChat:
    """A chat completions server, OpenAI's own unless `preset` or `base_url` name another. Without
    `base_url` and `api_key` the preset's environment variables hold; a server other than the
    preset's needs no key.

    `timeout_s` is the longest silence in seconds. Raises MissingKey.
    """

    def __init__(
        self,
        *,
        name: str = "openai-chat",
        preset: Preset = OPENAI,
        base_url: str | None = None,
        api_key: str | None = None,
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

    def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Send the request and yield what comes, ending after `Stop`."""
        return chat(self._server, request)


def chat(server: OpenAIServer, request: Request) -> AsyncGenerator[ProviderEvent]:
    """The stream of a chat completions request to `server`."""
    body = _body(request, server.is_own and server.preset is OPENAI)
    asked = server.asked(request.model)
    return exchange(post(server.connect, "/chat/completions", body), ChatChunks(), asked)


def _body(request: Request, is_own: bool) -> dict[str, Any]:
    """The request by the API's names. OpenAI refuses `max_tokens` for its newer models, other
    servers do not know `max_completion_tokens`."""
    turns = [{"role": turn.role, "content": turn.text} for turn in request.messages]
    if request.system is not None:
        turns.insert(0, {"role": "system", "content": request.system})
    options = {
        "max_completion_tokens" if is_own else "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "stop": list(request.stop) or None,
        "seed": request.seed,
    }
    return {
        "model": request.model,
        "messages": turns,
        **{name: value for name, value in options.items() if value is not None},
        "stream_options": {"include_usage": True},
        **request.extra,
        "stream": True,
    }
