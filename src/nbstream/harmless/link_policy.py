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


def is_safe_destination(destination: str) -> bool:
    """Whether a link may lead there: an address without a scheme, or with an allowed one."""
    scheme = _SCHEME.match(_DROPPED.sub("", destination))
    return scheme is None or scheme[1].lower() in _ALLOWED_SCHEMES
