"""The SDKs' clients, kept for the next request: its connection is then there already.

A client belongs to one event loop, and is closed with it where the loop is shut down as asyncio
does it (`asyncio.run`), else at the interpreter's exit. A loop that was just closed takes its
clients with it.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import re
from asyncio import AbstractEventLoop
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..api_key import ApiKey
from .address import is_loopback
from .bounds import ask_plain, slice_encoded
from .certificates import trust
from .event_lines import unmark
from .redirects import refuse_redirect

if TYPE_CHECKING:
    from httpx2 import Request

T = TypeVar("T")

KEEP_S = 55.0
"""How long an idle connection is kept: servers and what stands before them close it after a minute
or more."""

CONNECT_S = 10.0
_MOST_CLIENTS = 8
_CLOSING_S = 0.5
# What a client reads when it is made: another value means another client.
_READ = re.compile(
    r".*_proxy|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE|(OPENAI|ANTHROPIC|GOOGLE|GEMINI)_.*|HOME|APPDATA",
    re.IGNORECASE,
)
_secret = os.urandom(32)


@dataclass(slots=True)
class _Kept(Generic[T]):
    client: T
    close: Callable[[], Awaitable[None]]
    users: int = 0


@dataclass(slots=True)
class _Pool:
    """One loop's clients by the digest of what they are for, the last used last."""

    pid: int = field(default_factory=os.getpid)
    clients: dict[bytes, _Kept[Any]] = field(default_factory=dict[bytes, _Kept[Any]])
    ending: AsyncGenerator[None] | None = None

    async def close(self) -> None:
        while self.clients:
            await _close(self.clients.popitem()[1])

    async def trim(self) -> None:
        idle = [digest for digest, kept in self.clients.items() if not kept.users]
        for digest in idle[: max(0, len(self.clients) - _MOST_CLIENTS)]:
            await _close(self.clients.pop(digest))


_pools: dict[AbstractEventLoop, _Pool] = {}


@asynccontextmanager
async def borrowed(
    make: Callable[[], tuple[T, Callable[[], Awaitable[None]]]], *identity: object
) -> AsyncGenerator[T]:
    """This loop's client for `identity`, of which no more than a digest is kept: a key may be in
    it. `make` says a new one and how to close it."""
    pool = await _pool()
    digest = _digest(identity)
    kept = pool.clients.pop(digest, None) or _Kept(*make())
    pool.clients[digest] = kept
    kept.users += 1
    try:
        yield kept.client
    finally:
        kept.users -= 1
        if len(pool.clients) > _MOST_CLIENTS:
            await pool.trim()


def http_options(
    url: str, timeout_s: float, *, keep: bool = True, without: Collection[str] = ()
) -> dict[str, Any]:
    """How an HTTP client for `url` is made. Proxies and certificates are those that the usual
    environment variables name; `timeout_s` is the longest silence, and with `keep` a connection is
    used again. Headers named in `without`, in lower case, are not sent."""
    import httpx2

    async def leave_out(request: Request) -> None:
        for name in without:
            request.headers.pop(name, None)

    return {
        "timeout": httpx2.Timeout(timeout_s, connect=CONNECT_S),
        "limits": httpx2.Limits(
            max_keepalive_connections=100 if keep else 0, keepalive_expiry=KEEP_S
        ),
        "verify": trust(),
        # No proxy of the environment can reach this machine's own ports.
        "trust_env": not is_loopback(url),
        "follow_redirects": True,
        "event_hooks": {
            "request": [leave_out, ask_plain],
            "response": [slice_encoded, refuse_redirect, unmark],
        },
    }


async def _pool() -> _Pool:
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop)
    if pool is None:
        for other in list(_pools):
            if other.is_closed():
                _pools.pop(other, None)
        pool = _pools[loop] = _Pool()
        pool.ending = _until_shutdown(loop, pool)
        await anext(pool.ending)
    return pool


async def _until_shutdown(loop: AbstractEventLoop, pool: _Pool) -> AsyncGenerator[None]:
    """Stands still until `loop.shutdown_asyncgens`, the one moment at which a loop says that it
    will end and still runs."""
    try:
        yield
    finally:
        _pools.pop(loop, None)
        await pool.close()


def _digest(identity: tuple[object, ...]) -> bytes:
    read = sorted((name, value) for name, value in os.environ.items() if _READ.fullmatch(name))
    named = [each.reveal() if isinstance(each, ApiKey) else each for each in identity]
    return blake2b(repr((named, read)).encode("utf-8", "replace"), key=_secret).digest()


async def _close(kept: _Kept[Any]) -> None:
    with suppress(Exception):
        await kept.close()


@atexit.register
def _close_all() -> None:
    """Close what is kept for loops that run in other threads; others are over."""
    for loop, pool in list(_pools.items()):
        if pool.pid == os.getpid() and loop.is_running():
            with suppress(Exception):
                asyncio.run_coroutine_threadsafe(pool.close(), loop).result(_CLOSING_S)
