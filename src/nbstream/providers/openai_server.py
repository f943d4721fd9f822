"""A server that speaks OpenAI's APIs: its address, its key, and the openai SDK's client for it."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ..costs import price_of
from ..errors import UsageError
from .connections import borrowed, http_options
from .exchange import load
from .failures import Asked
from .keys import is_sendable, missing, unsendable
from .listing import ask, ids
from .presets import OPENAI, Preset
from .redaction import is_loopback
from .warm_up import warm_up

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_PLACEHOLDER = "none"
"""Sent as the key to servers that need none: the SDK wants one."""


class OpenAIServer:
    """`preset`'s server, or the one at `base_url` or at its environment variable's address, which
    needs no key. `timeout_s` is the longest silence in seconds. Raises MissingKey or UsageError.
    """

    def __init__(
        self,
        name: str,
        preset: Preset = OPENAI,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = 600.0,
    ) -> None:
        self.name = name
        self.preset = preset
        given = base_url or os.environ.get(preset.url_variable)
        if not given and not preset.is_complete:
            raise UsageError(
                f"{name} needs the address of your resource: set the environment variable "
                f"{preset.url_variable}, or give it as base_url (--base-url in a cell)."
            )
        # Servers of all kinds stand behind OpenAI's name: their address is taken as it is.
        self.url = given if given and preset is OPENAI else preset.address(given or preset.base_url)
        self.is_own = preset.is_own(self.url)
        self._timeout_s = timeout_s
        key = (api_key or os.environ.get(preset.key_variable) or "").strip()
        if not key and self.is_own and not is_loopback(self.url):
            raise missing(name, preset.key_variable)
        # In a closure, not in an attribute: nothing that prints this object's state shows it.
        self._key: Callable[[], str] = lambda: key or _PLACEHOLDER

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own."""
        return self.is_own and self.preset is OPENAI

    def asked(self, model: str) -> Asked:
        """What a failure of a request for `model` names."""
        variable = self.preset.key_variable or "the key's environment variable"
        price = price_of(self.name, "openai", model, is_own=self.is_openai)
        return Asked(self.name, model, self.url, variable, self._key(), price)

    async def warm_up(self) -> None:
        """Load the SDK."""
        await warm_up("openai", self.connect, self.asked(""))

    async def models(self) -> list[str]:
        """The names of the models the server offers."""
        return await ask(self.connect, ids, self.asked(""))

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[AsyncOpenAI]:
        """The SDK's client, kept for the next request."""
        if not is_sendable(self._key()):
            raise unsendable(self.name, self.preset.key_variable or "it")
        await load("openai")
        identity = ("openai", self.url, self._key(), self._timeout_s, self.preset.hangs_up)
        async with borrowed(self._client, *identity) as client:
            yield client

    def _client(self) -> tuple[AsyncOpenAI, Callable[[], Awaitable[None]]]:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        http = http_options(self.url, self._timeout_s, keep=not self.preset.hangs_up)
        client = AsyncOpenAI(
            api_key=self._key(),
            base_url=self.url,
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(**http),
        )
        return client, client.close
