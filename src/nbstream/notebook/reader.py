"""What the reader of an output sets for it. It goes to their page with the messages and into no
file: a notebook that somebody else wrote has no say in what the reader's browser fetches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError

_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*(:\d{{1,5}})?")


@dataclass(frozen=True, slots=True)
class Reader:
    """`image_hosts`: where the page may load images from, over https, as `image_hosts` reads them;
    the others are links. `smooth`: text grows evenly from batch to batch, else each is shown at
    once (as it is for readers whose system asks for less motion)."""

    image_hosts: tuple[str, ...] = ()
    smooth: bool = True

    def to_json(self) -> dict[str, Any]:
        """What differs from a reader who has set nothing."""
        hosts = {"image_hosts": list(self.image_hosts)} if self.image_hosts else {}
        return hosts if self.smooth else {**hosts, "smooth": False}


def image_hosts(names: Iterable[str]) -> tuple[str, ...]:
    """Hosts as the page compares them: ``example.org``, ``example.org:8443``, or ``*.example.org``
    for it and its subdomains. Raises UsageError for what is none."""
    return tuple(_host(name) for name in names)


def _host(name: Any) -> str:
    try:
        host = name.encode("idna").decode("ascii").lower()
    except (AttributeError, UnicodeError):
        host = ""
    if not _HOST.fullmatch(host):
        raise UsageError(
            f"Images are allowed by host, as in images.example.org or *.example.org; {name!r} is"
            " none."
        )
    return host.removesuffix(":443")
