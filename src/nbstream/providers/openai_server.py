"""A server that speaks OpenAI's APIs: its address, its key, and the openai SDK's client for it."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ..api_key import ApiKey
from ..costs import price_of
from ..errors import UsageError
from .address import is_loopback, with_scheme
from .api_keys import PLACEHOLDER, find_key, is_sendable, missing, unsendable
from .connections import borrowed, http_options
from .exchange import load
from .failures import Asked
from .listing import ask, ids
from .presets import OPENAI, Preset
from .warm_up import warm_up

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_OF_THE_ACCOUNT = ("openai-organization", "openai-project")
"""Headers that the SDK takes from the environment, which other servers do not get."""


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
        api_key: str | ApiKey | None = None,
        timeout_s: float = 600.0,
    ) -> None:
        self.name = name
        self.preset = preset
        of_environment = os.environ.get(preset.url_variable)
        given = base_url or of_environment
        if not given and not preset.is_complete:
            raise UsageError(
                f"{name} needs the address of your resource: set the environment variable "
                f"{preset.url_variable}, or give it as base_url (--base-url in a cell)."
            )
        # Servers of all kinds stand behind OpenAI's name: their address is taken as it is.
        if given and preset is OPENAI:
            self.url: str = base_url or with_scheme(given)
        else:
            self.url = preset.address(given or preset.base_url)
        self.is_own = preset.is_own(self.url)
        self._timeout_s = timeout_s
        self._is_entitled = self.is_own or base_url in (None, "", of_environment)
        variables = (preset.key_variable,) if preset.key_variable else ()
        found = find_key(api_key, variables, is_entitled=self._is_entitled)
        if not found.key and self.is_own and not is_loopback(self.url):
            raise missing(name, preset.key_variable)
        self._key, self._withheld = found.key or PLACEHOLDER, found.withheld

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own."""
        return self.is_own and self.preset is OPENAI

    def asked(self, model: str) -> Asked:
        """What a failure of a request for `model` names."""
        variable = self.preset.key_variable or "the key's environment variable"
        price = price_of(self.name, "openai", model, is_own=self.is_openai)
        return Asked(
            self.name, model, self.url, variable, self._key, price, withheld=self._withheld
        )

    async def warm_up(self) -> None:
        """Load the SDK."""
        await warm_up("openai", self.connect, self.asked(""))

    async def models(self) -> list[str]:
        """The names of the models the server offers."""
        return await ask(self.connect, ids, self.asked(""))

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[AsyncOpenAI]:
        """The SDK's client, kept for the next request."""
        if not is_sendable(self._key):
            raise unsendable(self.name, self.preset.key_variable or "it")
        await load("openai")
        kind = (self.preset.hangs_up, self._is_entitled)
        identity = ("openai", self.url, self._key, self._timeout_s, kind)
        async with borrowed(self._client, *identity) as client:
            yield client

    def _client(self) -> tuple[AsyncOpenAI, Callable[[], Awaitable[None]]]:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        http = http_options(
            self.url,
            self._timeout_s,
            keep=not self.preset.hangs_up,
            without=() if self._is_entitled else _OF_THE_ACCOUNT,
        )
        client = AsyncOpenAI(
            api_key=self._key.reveal(),
            base_url=self.url,
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(**http),
        )
        return client, client.close
