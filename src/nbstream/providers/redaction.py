"""Words of a provider, made fit to be shown: one short line without keys, URLs or markup."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LONGEST = 240
_MOST_READ = 4000
_KEY_PIECE = 6
"""From so many leading or trailing characters of the key on, a word is taken for a part of it."""

_KEY_LIKE = re.compile(
    r"""(?ix)
    \bbearer\s+\S+
    | \b(?:sk|pk|rk|gsk|xai|key|api|token)[-_][\w*.•…-]{4,}
    | \bAIza[\w-]{8,}
    """
)
# One run at a time, and looked at as a whole: no character is read once for each before it.
_WORD = re.compile(r"[\w*•-]+")
_LONG = re.compile(r"[\w-]{40,}+")
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
    line = _CONTROL.sub(" ", text[:_MOST_READ]).strip()
    if len(text) > _MOST_READ:
        # What was cut in two is no key that could be known by its form.
        line = line.rpartition(" ")[0] or line[:_LONGEST]
    if key:
        line = line.replace(key, "[key]")
        if len(key) >= 2 * _KEY_PIECE:
            pieces = key[:_KEY_PIECE], key[-_KEY_PIECE:]
            line = " ".join(
                "[key]" if any(piece in word for piece in pieces) else word
                for word in line.split(" ")
            )
    line = _URL.sub(lambda found: _bare(found.group()), line)
    line = _WORD.sub(_unless_key, _KEY_LIKE.sub("[key]", line))
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1].rstrip() + "…"
    return line


def _unless_key(word: re.Match[str]) -> str:
    """The word; without what is starred in it, or as long and mixed as a key."""
    if "***" in word[0]:
        return "[key]"
    return _LONG.sub(lambda run: "[key]" if _is_mixed(run[0]) else run[0], word[0])


def _is_mixed(text: str) -> bool:
    return any(map(str.isdigit, text)) and any("a" <= char <= "z" for char in text.lower())


def _bare(url: str) -> str:
    """The URL without what may be secret in it."""
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    return origin(url) + path
