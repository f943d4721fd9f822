"""OpenAI's chat completions, and every server that speaks them, over the openai SDK."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import MissingKey
from ..provider import ProviderEvent
from ..request import Request
from .chat_chunks import ChatChunks
from .exchange import exchange, load
from .failures import Asked
from .redaction import is_loopback

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream

_OWN_URL = "https://api.openai.com/v1"
_PLACEHOLDER = "none"
"""Sent as the key to servers that need none: the SDK wants one."""


class OpenAIChat:
    """A chat completions server. Without `base_url` and `api_key` the SDK's own environment
    variables hold (OPENAI_BASE_URL, OPENAI_API_KEY); a server other than OpenAI's needs no key.

    `timeout_s` is the longest silence in seconds. Raises MissingKey.
    """

    def __init__(
        self,
        *,
        name: str = "openai",
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = 600.0,
    ) -> None:
        self._name = name
        self._url = base_url or os.environ.get("OPENAI_BASE_URL") or _OWN_URL
        self._timeout_s = timeout_s
        host = urlsplit(self._url).hostname or ""
        self._is_own = host == "openai.com" or host.endswith(".openai.com")
        key = (api_key or os.environ.get("OPENAI_API_KEY") or "").strip()
        if not key and self._is_own:
            raise MissingKey(
                f"{name} needs an API key: set the environment variable OPENAI_API_KEY, "
                "or give the address of a server that needs none with --base-url."
            )
        # In a closure, not in an attribute: nothing that prints this object's state shows it.
        self._key: Callable[[], str] = lambda: key or _PLACEHOLDER

    def __repr__(self) -> str:
        return f"OpenAIChat(name={self._name!r})"

    @property
    def name(self) -> str:
        return self._name

    def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Send the request and yield what comes, ending after `Stop`."""
        asked = Asked(self._name, request.model, self._url, "OPENAI_API_KEY", self._key())
        body = _body(request, self._is_own)
        return exchange(self._connect, "/chat/completions", body, ChatChunks(), asked)

    async def _connect(self) -> tuple[AsyncOpenAI, type[AsyncStream[object]]]:
        await load("openai")
        import httpx2
        from openai import AsyncOpenAI, AsyncStream, DefaultAsyncHttpxClient

        timeout = httpx2.Timeout(self._timeout_s, connect=10.0)
        client = AsyncOpenAI(
            api_key=self._key(),
            base_url=self._url,
            max_retries=0,
            timeout=timeout,
            # No proxy of the environment can reach this machine's own ports.
            http_client=DefaultAsyncHttpxClient(trust_env=False, timeout=timeout)
            if is_loopback(self._url)
            else None,
        )
        return client, AsyncStream[object]


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
