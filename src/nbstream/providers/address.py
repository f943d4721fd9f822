"""Where a server is: whose host a URL names, and whether that is this machine."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine, by name or by an address that can mean no other."""
    name = host(url)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified


def is_of(url: str, hosts: Sequence[str]) -> bool:
    """Whether the URL's host is one of `hosts`; `*.example.org` is each below it."""
    name = host(url)
    return any(name.endswith(each[1:]) if each.startswith("*.") else name == each for each in hosts)


def with_scheme(url: str, scheme: str = "https") -> str:
    """The URL with `scheme` where it has none, with http where it names this machine."""
    if "://" in url:
        return url
    return f"http://{url}" if is_loopback(f"http://{url}") else f"{scheme}://{url}"


def host(url: str) -> str:
    """The URL's host in lower case, without a last dot; empty where there is none, or where
    programs differ about which it is."""
    if any(character <= " " or character in "\\\x7f" for character in url):
        return ""
    try:
        return (urlsplit(url).hostname or "").lower().removesuffix(".")
    except ValueError:
        return ""
