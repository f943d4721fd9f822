"""Words of a provider, made fit to be shown: one short line without keys, URLs or markup."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LONGEST = 240
_KEY_PIECE = 6
"""From so many leading or trailing characters of the key on, a word is taken for a part of it."""

_KEY_LIKE = re.compile(
    r"""(?ix)
    \bbearer\s+\S+
    | \b(?:sk|pk|rk|gsk|xai|key|api|token)[-_][\w*.•…-]{4,}
    | \bAIza[\w-]{8,}
    | [\w*•-]*\*{3,}[\w*•-]*
    | (?=[\w-]*\d)(?=[\w-]*[a-z])\b[\w-]{40,}
    """
)
_URL = re.compile(r"https?://[^\s'\"<>)\]]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


def origin(url: str) -> str:
    """`scheme://host:port` of a URL: no name or password, no path, no query."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "the given address"
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def shown(text: str, key: str = "") -> str:
    """`text` on one line, at most 240 characters, with anything like `key` or any key left out."""
    line = _CONTROL.sub(" ", text).strip()
    if key:
        line = line.replace(key, "[key]")
        if len(key) >= 2 * _KEY_PIECE:
            head, tail = re.escape(key[:_KEY_PIECE]), re.escape(key[-_KEY_PIECE:])
            line = re.sub(rf"\S*(?:{head}|{tail})\S*", "[key]", line)
    line = _URL.sub(lambda found: _bare(found.group()), line)
    line = _KEY_LIKE.sub("[key]", line)
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1].rstrip() + "…"
    return line


def _bare(url: str) -> str:
    """The URL without what may be secret in it."""
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    return origin(url) + path
