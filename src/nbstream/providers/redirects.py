"""Redirects: one to another server would take the prompt along, and headers with keys."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from .redaction import origin

if TYPE_CHECKING:
    from httpx2 import Response

_PORTS = {"http": 80, "https": 443}


class RedirectRefused(Exception):
    """The server sent the request on to another; `target` is that one's origin."""

    def __init__(self, target: str) -> None:
        super().__init__(f"a redirect to {target}")
        self.target = target


async def refuse_redirect(response: Response) -> None:
    """Raise RedirectRefused for a redirect to another server; an HTTP response hook. The same host
    over TLS is the same server."""
    location = response.headers.get("location")
    if location is None or not response.is_redirect:
        return
    here = str(response.url)
    there = urljoin(here, location)
    if not _is_same(here, there):
        raise RedirectRefused(origin(there))


def _is_same(here: str, there: str) -> bool:
    try:
        one, other = urlsplit(here), urlsplit(there)
        ports = [each.port or _PORTS.get(each.scheme) for each in (one, other)]
    except ValueError:
        return False
    if one.hostname != other.hostname:
        return False
    if one.scheme == other.scheme:
        return ports[0] == ports[1]
    return (one.scheme, other.scheme) == ("http", "https") and ports == [80, 443]
