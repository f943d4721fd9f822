"""Which destinations become links in what is saved: the live view's list.

js/src/markdown/link-policy.ts is the same for the page; tests/fixtures/links.json holds the two
together.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile

from .hosts import host_of

_ALLOWED_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
# Browsers drop these inside a URL, so `java\tscript:` would be a scheme again.
_DROPPED = re.compile("[\0-\x20\x7f-\x9f\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_SCHEME = re.compile(r"([^/?#]*?):")
# What full stops look like in an address, for a browser or for a reader.
_DOTS = ".\u3002\u06d4\u0701\u0702\ua4f8"
_HIDDEN = re.compile(
    "[\xad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_BEGIN = re.compile(r"https?:[/\\]*|^[/\\]{2,}", re.I)
_SLASH = re.compile(r"[/\\?#]")
_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_PUNYCODE = re.compile(r"xn--[a-z0-9-]+", re.I | re.ASCII)


def is_safe_destination(destination: str) -> bool:
    """Whether a link may lead there: an address without a scheme, or with an allowed one."""
    scheme = _SCHEME.match(_DROPPED.sub("", destination))
    return scheme is None or scheme[1].lower() in _ALLOWED_SCHEMES


def disguised_host(text: str, destination: str) -> str:
    """The host a link leads to, if its text has the address of another one anywhere
    (`[🔒 https://bank.example](https://evil.example)`); else empty. Hosts are compared as a browser
    resolves them, and where the text reads like one and resolves to another, it has both."""
    real = host_of(destination)
    if not real:
        return ""
    shown = [host_of(f"https://{host}") or host for host in _shown_hosts(text, real)]
    return "" if all(_bare(host) == _bare(real) for host in shown) else real


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _shown_hosts(text: str, real: str) -> list[str]:
    shown: list[str] = []
    for word in _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).split():
        begin = _BEGIN.search(word)
        if begin is None:
            parts = map(_names_in, _SLASH.split(word))
            shown += next((names for names in parts if names), list[str]())
            continue
        whole = _SLASH.split(word[begin.end() :], maxsplit=1)[0]
        if "@" not in whole and host_of(f"https://{whole}") == real:
            continue  # the whole of it, whatever characters it has
        # with its scheme a single name is an address too
        shown += _names_in(word[: begin.start()])
        shown += _names_in(whole) or _runs(whole)[:1]
    return shown


def _names_in(text: str) -> list[str]:
    """The names of hosts in a text without slashes."""
    return [name for name in map(_name_in, _runs(text)) if name]


def _runs(text: str) -> list[str]:
    return "".join(char if _is_named(char) else " " for char in text).split()


def _is_named(char: str) -> bool:
    return char.isalnum() or char in "_-" or char in _DOTS or unicodedata.category(char)[0] == "M"


def _name_in(run: str) -> str:
    """The longest part of a run of labels that reads like a host's name, or empty."""
    if _NUMBERS.fullmatch(run):
        return run
    longest = begin = ""
    for label in re.split(f"[{_DOTS}]", run):
        if not label:
            if longest:
                break
            begin = ""
            continue
        if begin and (top := _top(label)):
            longest = begin + top
        begin += f"{label}."
    return longest


def _top(label: str) -> str:
    """What may be a top-level domain at the label's beginning."""
    if punycode := _PUNYCODE.match(label):
        return punycode[0]
    letters = "".join(takewhile(lambda c: unicodedata.category(c)[0] in "LM", label))
    return letters if len(letters) > 1 else ""
