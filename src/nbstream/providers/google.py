"""Google's Gemini over the google-genai SDK, which the extra `google` brings."""

from __future__ import annotations

import os
import warnings
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..api_key import ApiKey
from ..costs import price_of
from ..errors import UsageError
from ..extras import install_command
from ..provider import ProviderEvent
from ..request import Message, Request
from .address import is_of, with_scheme
from .api_keys import PLACEHOLDER, find_key, is_sendable, missing, unsendable
from .connections import borrowed, http_options
from .event_lines import plain_lines
from .exchange import Answer, Open, exchange, load
from .failures import Asked
from .gemini_chunks import GeminiChunks
from .listing import ask, gathered
from .parameters import mapped
from .schema_mode import in_schema_mode, told
from .warm_up import warm_up

if TYPE_CHECKING:
    from google.genai import Client
    from httpx2 import Request as HttpRequest
    from httpx2 import Response as HttpResponse

_OWN_URL = "https://generativelanguage.googleapis.com"
_OWN_HOSTS = ("googleapis.com", "*.googleapis.com")
_VERSION = "v1beta"
_NO_VERTEX = " Vertex AI (GOOGLE_GENAI_USE_VERTEXAI) is not supported: the Gemini API is asked."
_KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")


class Google:
    """The Gemini API. Without `base_url` and `api_key` the SDK's own environment variables hold
    (GOOGLE_GEMINI_BASE_URL, GOOGLE_API_KEY, GEMINI_API_KEY); a server other than Google's needs no
    key.

    `timeout_s` is the longest silence in seconds. Raises MissingKey, and UsageError where the SDK
    is not installed.
    """

    takes_images = True

    def __init__(
        self,
        *,
        name: str = "google",
        base_url: str | None = None,
        api_key: str | ApiKey | None = None,
        timeout_s: float = 600.0,
    ) -> None:
        if not is_installed():
            raise UsageError(
                f"{name} needs the package google-genai: install it with "
                f"`{install_command('google')}`."
            )
        self._name = name
        of_environment = os.environ.get("GOOGLE_GEMINI_BASE_URL")
        url = base_url or with_scheme(of_environment or _OWN_URL)
        # The SDK adds the version itself, servers' own pages name their address with it.
        self._url = url.rstrip("/").removesuffix(f"/{_VERSION}")
        self._timeout_s = timeout_s
        self._is_own = is_of(self._url, _OWN_HOSTS)
        is_entitled = self._is_own or base_url in (None, "", of_environment)
        found = find_key(api_key, _KEY_VARIABLES, is_entitled=is_entitled)
        if not found.key and self._is_own:
            more = _NO_VERTEX if os.environ.get("GOOGLE_GENAI_USE_VERTEXAI") else ""
            raise missing(name, "GOOGLE_API_KEY or GEMINI_API_KEY", more)
        self._key, self._withheld = found.key or PLACEHOLDER, found.withheld

    def __repr__(self) -> str:
        return f"Google(name={self._name!r})"

    @property
    def name(self) -> str:
        return self._name

    def check(self, request: Request) -> None:
        """Raises UsageError for options the API does not have."""
        mapped(request, self._name, _FIELDS)

    def told(self, request: Request) -> Request:
        """The request with its schema as the server is told it."""
        return told(self._url, request, is_own=self._is_own)

    def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Send the request and yield what comes, ending after `Stop`."""
        if request.schema is None:
            return self._sent(request)
        return in_schema_mode(self._name, self._url, request, self._sent)

    def _sent(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        return exchange(self._post(request), GeminiChunks(), self._asked(request.model))

    async def warm_up(self) -> None:
        """Load the SDK."""
        await warm_up("google.genai", self._connect, self._asked(""))

    async def models(self) -> list[str]:
        """The names of the models that generate content."""
        return await ask(self._connect, _names, self._asked(""))

    def _asked(self, model: str) -> Asked:
        price = price_of(self._name, "google", model, is_own=False)
        variable = _KEY_VARIABLES[0]
        return Asked(
            self._name, model, self._url, variable, self._key, price, "google", self._withheld
        )

    def _post(self, request: Request) -> Open:
        config = _config(request, self._name)

        @asynccontextmanager
        async def opened() -> AsyncGenerator[Answer]:
            async with self._connect() as client:
                models: Any = client.aio.models  # typed only in part
                chunks = await models.generate_content_stream(
                    model=request.model, contents=_contents(request), config=config
                )
                answer = _Answer(chunks)
                try:
                    yield answer
                finally:
                    await answer.aclose()

        return opened

    @asynccontextmanager
    async def _connect(self) -> AsyncGenerator[Client]:
        if not is_sendable(self._key):
            raise unsendable(self._name, _KEY_VARIABLES[0])
        await load("google.genai")
        identity = ("google", self._url, self._key, self._timeout_s)
        async with borrowed(self._client, *identity) as client:
            yield client

    def _client(self) -> tuple[Client, Callable[[], Awaitable[None]]]:
        import httpx2
        from google.genai import Client
        from google.genai.types import HttpOptions

        # It would stand in the notebook, about words that are told as they are.
        module = r"google\.genai\._common"
        warnings.filterwarnings("ignore", ".* is not a valid ", UserWarning, module)
        options = http_options(self._url, self._timeout_s)
        timeout = options["timeout"].as_dict()

        async def limit(request: HttpRequest) -> None:
            # The SDK hands on one limit in whole milliseconds, or none at all.
            request.extensions["timeout"] = timeout

        hooks = options["event_hooks"]
        options["event_hooks"] = {
            "request": [*hooks["request"], limit],
            "response": [*hooks["response"], plain_lines, _land],
        }
        http = httpx2.AsyncClient(**options)
        sdk = HttpOptions(base_url=self._url, api_version=_VERSION, httpx_async_client=http)
        return Client(vertexai=False, api_key=self._key.reveal(), http_options=sdk), http.aclose


_waiting: ContextVar[_Answer | None] = ContextVar("_waiting", default=None)
"""The answer that the running task waits for the first chunk of."""


async def _land(response: HttpResponse) -> None:
    answer = _waiting.get()
    if answer is not None:
        answer.response = response


class _Answer:
    """The SDK's chunks, with the HTTP response that it does not show: its headers, and closing it
    at once rather than when the SDK's generators are collected."""

    def __init__(self, chunks: AsyncIterator[Any]) -> None:
        self.response: HttpResponse | None = None
        self._chunks = chunks

    @property
    def headers(self) -> Mapping[str, str] | None:
        return None if self.response is None else self.response.headers

    async def __aiter__(self) -> AsyncIterator[Any]:
        token = _waiting.set(self)
        try:
            first = await anext(self._chunks, None)
        finally:
            _waiting.reset(token)
        if first is not None:
            yield first
            async for chunk in self._chunks:
                yield chunk

    async def aclose(self) -> None:
        if self.response is not None:
            await self.response.aclose()


def is_installed() -> bool:
    """Whether the SDK is there."""
    try:
        return find_spec("google.genai") is not None
    except (ImportError, ValueError):
        return False


async def _names(client: Client) -> list[str]:
    pages: Any = await client.aio.models.list()
    return await gathered(_named(page) async for page in _pages(pages))


async def _pages(pages: Any) -> AsyncIterator[list[Any]]:
    yield pages.page
    with suppress(IndexError):  # there are no more
        while True:
            yield await pages.next_page()


def _named(page: list[Any]) -> list[str]:
    return [
        model.name.removeprefix("models/")
        for model in page
        if model.supported_actions is None or "generateContent" in model.supported_actions
    ]


def _contents(request: Request) -> list[Any]:
    return [
        {"role": "model" if turn.role == "assistant" else "user", "parts": _parts(turn)}
        for turn in request.messages
    ]


def _parts(turn: Message) -> list[dict[str, Any]]:
    images = [
        {"inline_data": {"mime_type": image.media_type, "data": image.data}}
        for image in turn.images
    ]
    return [*images, {"text": turn.text}]


_FIELDS = {
    "max_tokens": "max_output_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "stop": "stop_sequences",
    "seed": "seed",
    "effort": "thinking_config",
}


def _config(request: Request, provider: str) -> dict[str, Any]:
    """The request by the SDK's names."""
    config = mapped(request, provider, _FIELDS)
    if request.effort is not None:
        # Who says how much to think also wants to see that it does.
        config["thinking_config"] = {
            "thinking_level": request.effort.upper(),
            "include_thoughts": True,
        }
    if request.schema is not None:
        config["response_mime_type"] = "application/json"
        config["response_json_schema"] = request.schema.schema
    if request.system is not None:
        config["system_instruction"] = request.system
    if request.extra:
        config["http_options"] = {"extra_body": request.extra}
    return config
