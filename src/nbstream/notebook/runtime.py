"""The page's code, as the wheel carries it: a small stub that every widget holds, and the runtime
that is sent once to each page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from ..errors import NbStreamError

_CHUNKS = ("math",)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The gzipped ES module and a hash that names it."""

    gzipped: bytes
    hash: str


@cache
def runtime(name: Literal["runtime", "generator"] = "runtime") -> Runtime:
    """The runtime of this version; "generator" is what the Generator has around it."""
    gzipped = _read(f"{name}.js.gz")
    return Runtime(gzipped, hashlib.sha256(gzipped).hexdigest()[:16])


def chunk(name: str) -> bytes | None:
    """A part of the page's code that it asks for when it needs it: gzipped, None for no such."""
    return _chunk(name) if name in _CHUNKS else None


@cache
def stub(name: Literal["stub", "generator-stub"] = "stub") -> str:
    """The ES module that anywidget keeps with each widget."""
    return _read(f"{name}.js").decode()


@cache
def _chunk(name: str) -> bytes:
    return _read(f"{name}.js.gz")


def _read(name: str) -> bytes:
    try:
        return (files("nbstream") / "static" / name).read_bytes()
    except FileNotFoundError:
        raise NbStreamError(
            f"This checkout of nbstream has no page code (static/{name}): run `make build` once."
        ) from None
