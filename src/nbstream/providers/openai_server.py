"""A server that speaks OpenAI's APIs: its address, its key, and the openai SDK's client for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import MissingKey
from .exchange import load
from .failures import Asked
from .presets import OPENAI, Preset
from .redaction import is_loopback

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream

_PLACEHOLDER = "none"
"""Sent as the key to servers that need none: the SDK wants one."""


class OpenAIServer:
    """`preset`'s server, or the one at `base_url` or at its environment variable's address, which
    needs no key. `timeout_s` is the longest silence in seconds. Raises MissingKey."""

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
        self.url = base_url or os.environ.get(preset.url_variable) or preset.base_url
        self.is_own = _domain(self.url) == _domain(preset.base_url)
        self._timeout_s = timeout_s
        key = (api_key or os.environ.get(preset.key_variable) or "").strip()
        if not key and self.is_own and preset.key_variable:
            raise MissingKey(
                f"{name} needs an API key: set the environment variable {preset.key_variable}, "
                "or give the address of a server that needs none with --base-url."
            )
        # In a closure, not in an attribute: nothing that prints this object's state shows it.
        self._key: Callable[[], str] = lambda: key or _PLACEHOLDER

    def asked(self, model: str) -> Asked:
        """What a failure of a request for `model` names."""
        variable = self.preset.key_variable or "the key's environment variable"
        return Asked(self.name, model, self.url, variable, self._key())

    async def connect(self) -> tuple[AsyncOpenAI, type[AsyncStream[object]]]:
        """The SDK's client and its stream class."""
        await load("openai")
        import httpx2
        from openai import AsyncOpenAI, AsyncStream, DefaultAsyncHttpxClient

        timeout = httpx2.Timeout(self._timeout_s, connect=10.0)
        client = AsyncOpenAI(
            api_key=self._key(),
            base_url=self.url,
            max_retries=0,
            timeout=timeout,
            # No proxy of the environment can reach this machine's own ports.
            http_client=DefaultAsyncHttpxClient(trust_env=False, timeout=timeout)
            if is_loopback(self.url)
            else None,
        )
        return client, AsyncStream[object]


def _domain(url: str) -> list[str]:
    """The last two labels of the host: all of a provider's own addresses share them."""
    try:
        return (urlsplit(url).hostname or "").split(".")[-2:]
    except ValueError:
        return []
