"""Anthropic's Messages, and servers that speak them, over the anthropic SDK."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..api_key import ApiKey
from ..costs import price_of
from ..errors import MissingKey
from ..provider import ProviderEvent
from ..request import Message, Request, in_words
from .address import is_of, with_scheme
from .api_keys import PLACEHOLDER, find_key, is_sendable, missing, unsendable
from .connections import borrowed, http_options
from .exchange import exchange, load, post
from .failures import Asked
from .listing import ask, ids
from .message_events import MessageEvents
from .parameters import mapped
from .schema_mode import in_schema_mode, told
from .strict import strict
from .warm_up import warm_up

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

_OWN_URL = "https://api.anthropic.com"
_MAX_TOKENS = 8192
"""The API wants a limit in every request; this is what is sent where none was asked for."""

_OTHER_CREDENTIALS = (
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_PROFILE",
    "ANTHROPIC_FEDERATION_RULE_ID",
    "ANTHROPIC_CONFIG_DIR",
)


class Anthropic:
    """The Messages API. Without `base_url` and `api_key` the SDK's own environment variables and
    profiles hold (ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY, …); a server other than Anthropic's needs
    no key.

    `timeout_s` is the longest silence in seconds. Raises MissingKey.
    """

    takes_images = True

    def __init__(
        self,
        *,
        name: str = "anthropic",
        base_url: str | None = None,
        api_key: str | ApiKey | None = None,
        timeout_s: float = 600.0,
    ) -> None:
        self._name = name
        of_environment = os.environ.get("ANTHROPIC_BASE_URL")
        url = base_url or with_scheme(of_environment or _OWN_URL)
        # The SDK adds /v1 itself, servers' own pages name their address with it.
        self._url = url.rstrip("/").removesuffix("/v1")
        self._timeout_s = timeout_s
        self._is_own = is_of(self._url, ("anthropic.com", "*.anthropic.com"))
        self._is_entitled = self._is_own or base_url in (None, "", of_environment)
        found = find_key(
            api_key,
            ("ANTHROPIC_API_KEY",),
            is_entitled=self._is_entitled,
            besides=_OTHER_CREDENTIALS,
        )
        self._key, self._withheld = found.key, found.withheld
        if not self._is_entitled and not found.key:
            # With a key of any kind the SDK looks for no other credentials.
            self._key = PLACEHOLDER
        elif not found.key and not _has_other_credentials():
            if self._is_own:
                raise self._missing()
            self._key = PLACEHOLDER

    def __repr__(self) -> str:
        return f"Anthropic(name={self._name!r})"

    @property
    def name(self) -> str:
        return self._name

    def check(self, request: Request) -> None:
        """Raises UsageError for options the API does not have."""
        mapped(request, self._name, _FIELDS)

    def told(self, request: Request) -> Request:
        """The request with its schema as the server is told it."""
        has_mode = request.schema is not None and strict(request.schema.schema) is not None
        return told(self._url, request, has_mode=has_mode, is_own=self._is_own)

    def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Send the request and yield what comes, ending after `Stop`. Raises UsageError for
        options the API does not have."""
        if request.schema is None:
            return self._sent(request)
        return self._in_schema_mode(request)

    async def _in_schema_mode(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        await load("anthropic")  # which says what the API takes of a schema

        def sent(request: Request) -> AsyncGenerator[ProviderEvent]:
            form = _output_format(request)
            return self._sent(in_words(request) if form is None else request, form)

        async with aclosing(in_schema_mode(self._name, self._url, request, sent)) as events:
            async for event in events:
                yield event

    def _sent(
        self, request: Request, form: dict[str, Any] | None = None
    ) -> AsyncGenerator[ProviderEvent]:
        body = _body(request, self._name, form)
        asked = self._asked(request.model)
        return exchange(
            post(self._connect, "anthropic", "/v1/messages", body), MessageEvents(), asked
        )

    async def warm_up(self) -> None:
        """Load the SDK."""
        await warm_up("anthropic", self._connect, self._asked(""))

    async def models(self) -> list[str]:
        """The names of the models the server offers."""
        return await ask(self._connect, ids, self._asked(""))

    def _asked(self, model: str) -> Asked:
        key = self._key or ApiKey(os.environ.get("ANTHROPIC_AUTH_TOKEN"))
        price = price_of(self._name, "anthropic", model, is_own=self._is_own)
        variable = "ANTHROPIC_API_KEY"
        return Asked(
            self._name, model, self._url, variable, key, price, "anthropic", self._withheld
        )

    @asynccontextmanager
    async def _connect(self) -> AsyncGenerator[AsyncAnthropic]:
        if not is_sendable(self._key):
            raise unsendable(self._name, "ANTHROPIC_API_KEY")
        if not is_sendable(ApiKey(os.environ.get("ANTHROPIC_AUTH_TOKEN"))):
            raise unsendable(self._name, "ANTHROPIC_AUTH_TOKEN")
        await load("anthropic")
        identity = ("anthropic", self._url, self._key, self._timeout_s, self._is_entitled)
        async with borrowed(self._client, *identity) as client:
            if not (client.api_key or client.auth_token or client.credentials):
                raise self._missing()
            yield client

    def _client(self) -> tuple[AsyncAnthropic, Callable[[], Awaitable[None]]]:
        from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient

        without = () if self._is_entitled else _headers_of_environment()
        http = http_options(self._url, self._timeout_s, without=without)
        client = AsyncAnthropic(
            api_key=self._key.reveal() or None,
            base_url=None if self._url == _OWN_URL else self._url,
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(**http),
        )
        return client, client.close

    def _missing(self) -> MissingKey:
        return missing(self._name, "ANTHROPIC_API_KEY")


def _headers_of_environment() -> list[str]:
    """The names of the headers that the SDK takes from the environment."""
    lines = os.environ.get("ANTHROPIC_CUSTOM_HEADERS", "").splitlines()
    return [line.partition(":")[0].strip().lower() for line in lines]


def _has_other_credentials() -> bool:
    """Whether the SDK may find something to sign in with besides an API key."""
    if any(os.environ.get(name) for name in _OTHER_CREDENTIALS):
        return True
    folder = Path(os.environ.get("APPDATA") or Path.home() / ".config")
    return (folder / "anthropic").is_dir() or (folder / "Anthropic").is_dir()


_FIELDS = {"max_tokens": "max_tokens", "stop": "stop_sequences", "effort": "output_config"}


def _output_format(request: Request) -> dict[str, Any] | None:
    """The schema as the API takes it, or None where it takes none like it."""
    from anthropic import transform_schema

    if request.schema is None or strict(request.schema.schema) is None:
        return None
    try:
        return {"type": "json_schema", "schema": transform_schema(request.schema.schema)}
    except (ValueError, AssertionError):
        return None


def _body(request: Request, provider: str, form: dict[str, Any] | None = None) -> dict[str, Any]:
    """The request by the API's names. Raises UsageError for those it does not have."""
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": _MAX_TOKENS,
        "messages": [{"role": turn.role, "content": _content(turn)} for turn in request.messages],
        **mapped(request, provider, _FIELDS),
    }
    if request.effort is not None:
        # Who says how much to think also wants to see that it does.
        body["thinking"] = {"type": "adaptive", "display": "summarized"}
        body["output_config"] = {"effort": request.effort}
    if form is not None:
        body["output_config"] = {**body.get("output_config", {}), "format": form}
    if request.system is not None:
        body["system"] = request.system
    return {**body, **request.extra, "stream": True}


def _content(turn: Message) -> str | list[dict[str, Any]]:
    if not turn.images:
        return turn.text
    sources = [
        {"type": "base64", "media_type": image.media_type, "data": image.base64}
        for image in turn.images
    ]
    images = [{"type": "image", "source": source} for source in sources]
    return [*images, {"type": "text", "text": turn.text}]
