"""The host that a browser goes to for an address, by the rules of the URL standard."""

from __future__ import annotations

import re
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import unquote

import idna

_AUTHORITY = re.compile(r"(?:https?:|(?=[/\\]{2}))[/\\]*([^/\\?#]*)", re.I)
_AROUND = "".join(map(chr, range(0x21)))
_DROPPED = re.compile(r"[\t\n\r]")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


def host_of(address: str) -> str:
    """The host without its port, as ASCII; empty for the page's own, and where there is none."""
    found = _AUTHORITY.match(_DROPPED.sub("", address.strip(_AROUND)))
    host = found[1].rpartition("@")[2] if found else ""
    if host.startswith("["):
        with suppress(ValueError):
            return f"[{IPv6Address(host[1 : host.find(']')])}]"
        return ""
    host, _, port = host.partition(":")
    if port and not (port.isascii() and port.isdigit()):
        return ""
    return _ascii(unquote(host)).removesuffix(".")


def _ascii(host: str) -> str:
    try:
        mapped = idna.uts46_remap(host, std3_rules=False)
    except idna.IDNAError:
        return ""
    labels = [
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
        for label in mapped.split(".")
    ]
    name = ".".join(labels)
    if _FORBIDDEN.search(name):
        return ""
    last = [label for label in labels if label][-1:]
    return _numbered(labels) if last and _NUMBER.fullmatch(last[0]) else name


def _numbered(labels: list[str]) -> str:
    """An address of numbers, each of which may be hexadecimal or octal, the last one of more than
    a byte; empty where it is none."""
    if labels[-1] == "":
        labels = labels[:-1]
    try:
        numbers = [_number(label) for label in labels]
        *bytes_, rest = numbers
        if len(bytes_) > 3 or max(bytes_, default=0) > 255 or rest >= 256 ** (4 - len(bytes_)):
            return ""
        return str(IPv4Address(sum(byte << 24 - 8 * at for at, byte in enumerate(bytes_)) + rest))
    except ValueError:
        return ""


def _number(label: str) -> int:
    if not _NUMBER.fullmatch(label) or len(label) > 20:
        raise ValueError(label)
    if label[:2] in ("0x", "0X"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)
