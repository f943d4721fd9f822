"""Which servers are on this machine."""

from __future__ import annotations

import os
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from ...choice import Chosen
from ...providers.presets import OPENAI, PRESETS

_URL_VARIABLES = {
    **dict.fromkeys(("openai", "openai-chat", "openai-responses"), OPENAI.url_variable),
    **dict.fromkeys(("anthropic", "anthropic-chat"), "ANTHROPIC_BASE_URL"),
    **{name: each.url_variable for name, each in PRESETS.items()},
}


def is_here(chosen: Chosen) -> bool:
    """Whether what is chosen runs on this machine, or usually does."""
    if chosen.provider in ("local", "replay"):
        return True
    preset = PRESETS.get(chosen.provider)
    if preset is not None and is_this_machine(preset.base_url):
        return True
    variable = _URL_VARIABLES.get(chosen.provider, "")
    address = chosen.base_url or (os.environ.get(variable, "") if variable else "")
    return bool(address) and is_this_machine(address)


def is_this_machine(url: str) -> bool:
    """Whether a URL's host is this machine by a name or an address that needs no look-up; also
    where it cannot be read."""
    try:
        host = (urlsplit(url if "://" in url else f"http://{url}").hostname or "").rstrip(".")
    except ValueError:
        return True
    names = {"localhost", "", socket.gethostname().lower()}
    if host in names or host.endswith(".localhost"):
        return True
    address = _address(host)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address is not None and (address.is_loopback or address.is_unspecified)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433
    except (OSError, ValueError):
        return None
