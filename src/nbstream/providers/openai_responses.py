"""OpenAI's Responses, and servers that speak them, over the openai SDK."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from ..api_key import ApiKey
from ..errors import NbStreamError, ProviderError
from ..provider import ProviderEvent
from ..request import JsonSchema, Message, Request
from .exchange import exchange, post
from .openai_chat import chat
from .openai_server import OpenAIServer
from .parameters import mapped
from .response_events import ResponseEvents
from .schema_mode import in_schema_mode, told
from .strict import strict

_ABSENT = re.compile(
    r"/responses\b|unknown (endpoint|url|path|route)|not (found|implemented|supported)",
    re.IGNORECASE,
)
_without_responses: set[str] = set()
"""Base URLs of servers that were found to have chat completions only."""


class OpenAIResponses:
    """A Responses server. Without `base_url` and `api_key` the SDK's own environment variables
    hold (OPENAI_BASE_URL, OPENAI_API_KEY); a server other than OpenAI's needs no key.

    With `or_chat` a server of one's own that has no Responses is asked for chat completions.
    `timeout_s` is the longest silence in seconds. Raises MissingKey.
    """

    takes_images = True

    def __init__(
        self,
        *,
        name: str = "openai-responses",
        base_url: str | None = None,
        api_key: str | ApiKey | None = None,
        or_chat: bool = False,
        timeout_s: float = 600.0,
    ) -> None:
        self._server = OpenAIServer(name, base_url=base_url, api_key=api_key, timeout_s=timeout_s)
        self._or_chat = or_chat and not self._server.is_own

    def __repr__(self) -> str:
        return f"OpenAIResponses(name={self.name!r})"

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
        """Raises UsageError for options the API does not have."""
        if not (self._or_chat and self._server.url in _without_responses):
            _mapped(request, self._server)

    def told(self, request: Request) -> Request:
        """The request with its schema as the server is told it."""
        return told(self._server.url, request, is_own=self._server.is_openai)

    def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Send the request and yield what comes, ending after `Stop`. Raises UsageError for
        options the API does not have."""
        if request.schema is None:
            return self._sent(request)
        return in_schema_mode(self.name, self._server.url, request, self._sent)

    async def _sent(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        server = self._server
        absent: NbStreamError | None = None
        if not (self._or_chat and server.url in _without_responses):
            body = _body(request, server)
            asked = server.asked(request.model)
            sent = post(server.connect, "openai", "/responses", body)
            events = exchange(sent, ResponseEvents(), asked)
            started = False
            try:
                async with aclosing(events):
                    async for event in events:
                        started = True
                        yield event
                return
            except NbStreamError as error:
                of_schema = error.status == 400 and request.schema is not None
                if started or not self._or_chat or of_schema or not _says_absent(error):
                    raise
                absent = error
        async with aclosing(chat(server, request)) as events:
            async for event in events:
                if absent is not None:
                    absent = None
                    _without_responses.add(server.url)
                yield event


class OpenAI(OpenAIResponses):
    """Responses, or chat completions on a server of one's own that has no Responses."""

    def __init__(
        self,
        *,
        name: str = "openai",
        base_url: str | None = None,
        api_key: str | ApiKey | None = None,
        timeout_s: float = 600.0,
    ) -> None:
        super().__init__(
            name=name, base_url=base_url, api_key=api_key, or_chat=True, timeout_s=timeout_s
        )


def _says_absent(error: NbStreamError) -> bool:
    """Whether the failure may mean that the server has no such endpoint."""
    if not isinstance(error, ProviderError):
        return False
    if error.status in {404, 405, 501}:
        return True
    return error.status in {400, 500} and bool(_ABSENT.search(str(error)))


_FIELDS = {
    "max_tokens": "max_output_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "effort": "reasoning",
}


def _mapped(request: Request, server: OpenAIServer) -> dict[str, Any]:
    instead = f", or ask openai-chat/{request.model}"
    return mapped(request, server.name, _FIELDS, instead)


def _body(request: Request, server: OpenAIServer) -> dict[str, Any]:
    """The request by the API's names. Raises UsageError for those it does not have."""
    body = _mapped(request, server)
    if request.effort is not None:
        body["reasoning"] = {"effort": request.effort}
    if request.system is not None:
        body["instructions"] = request.system
    if request.schema is not None:
        body["text"] = {"format": _format(request.schema)}
    return {
        "model": request.model,
        "input": [{"role": turn.role, "content": _content(turn)} for turn in request.messages],
        **body,
        # Nothing here comes back to an answer, so the provider need not keep it.
        "store": False,
        **request.extra,
        "stream": True,
    }


def _format(schema: JsonSchema) -> dict[str, Any]:
    closed = strict(schema.schema)
    return {
        "type": "json_schema",
        "name": schema.name,
        "schema": closed or schema.schema,
        "strict": closed is not None,
    }


def _content(turn: Message) -> str | list[dict[str, Any]]:
    if not turn.images:
        return turn.text
    images = [{"type": "input_image", "image_url": image.url} for image in turn.images]
    return [*images, {"type": "input_text", "text": turn.text}]
