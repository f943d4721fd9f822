"""Which destinations become links in what is saved: the live view's list.

js/src/markdown/link-policy.ts is the same for the page; tests/fixtures/links.json holds the two
together.
"""

from __future__ import annotations

import re

_ALLOWED_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
# Browsers drop these inside a URL, so `java\tscript:` would be a scheme again.
_DROPPED = re.compile("[\0-\x20\x7f-\x9f\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_SCHEME = re.compile(r"([^/?#]*?):")
_SHOWN_HOST = re.compile(r"\s*(?:https?://)?((?:[^\W_-][\w-]*\.)+[^\W\d_]{2,})(?=[/:?#\s]|$)", re.I)
_REAL_HOST = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#:]+)", re.I)


def is_safe_destination(destination: str) -> bool:
    """Whether a link may lead there: an address without a scheme, or with an allowed one."""
    scheme = _SCHEME.match(_DROPPED.sub("", destination))
    return scheme is None or scheme[1].lower() in _ALLOWED_SCHEMES


def disguised_host(text: str, destination: str) -> str:
    """The host a link leads to, if its text reads like the address of another one
    (`[https://bank.example](https://evil.example)`); else empty."""
    shown, real = _SHOWN_HOST.match(text), _REAL_HOST.match(destination)
    if not shown or not real or _bare(shown[1]) == _bare(real[1]):
        return ""
    return real[1]


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")
