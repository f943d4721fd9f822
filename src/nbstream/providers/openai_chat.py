"""OpenAI's chat completions, and every server that speaks them, over the openai SDK."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from ..errors import MissingKey, NbStreamError
from ..provider import ProviderEvent, Stop
from ..request import Request
from .chat_chunks import ChatChunks
from .failures import Asked, dropped, failure, nonsense
from .redaction import is_loopback
from .sdk import load

if TYPE_CHECKING:
    from openai import AsyncOpenAI

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

    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Send the request and yield what comes, ending after `Stop`."""
        asked = Asked(self._name, request.model, self._url, "OPENAI_API_KEY", self._key())
        chunks = ChatChunks()
        started = False
        try:
            await load("openai")
            from openai import AsyncStream

            async with (
                self._client() as client,
                # Not `chat.completions.create`: it builds a pydantic model of every chunk, which
                # is three quarters of its cost. The SDK's transport, errors and decoder are kept.
                await client.post(
                    "/chat/completions",
                    cast_to=object,
                    body=_body(request, self._is_own),
                    stream=True,
                    stream_cls=AsyncStream[object],
                ) as answer,
            ):
                started = True
                headers = answer.response.headers
                chunks.request_id = headers.get("x-request-id", "")
                async for chunk in answer:
                    for event in chunks.read(cast(dict[str, Any], chunk)):
                        yield event
            if chunks.stop_reason:
                yield Stop(chunks.stop_reason, truncated=chunks.stop_reason == "length")
                return
            kind = headers.get("content-type", "").partition(";")[0]
            if chunks.is_empty and kind != "text/event-stream":
                failed: NbStreamError = nonsense(asked, kind or "no content type")
            else:
                failed = dropped(asked, chunks.request_id or None)
        except Exception as error:
            known = failure(error, asked, started=started)
            if known is None:
                raise
            failed = known
        raise failed

    def _client(self) -> AsyncOpenAI:
        import httpx2
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        timeout = httpx2.Timeout(self._timeout_s, connect=10.0)
        return AsyncOpenAI(
            api_key=self._key(),
            base_url=self._url,
            max_retries=0,
            timeout=timeout,
            # No proxy of the environment can reach this machine's own ports.
            http_client=DefaultAsyncHttpxClient(trust_env=False, timeout=timeout)
            if is_loopback(self._url)
            else None,
        )


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
