"""The page's code, as the wheel carries it: a small stub that every widget holds, and the runtime
that is sent once to each page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from ..errors import NbStreamError

_CHUNKS = ("math",)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The gzipped ES module and a hash that names it."""

    gzipped: bytes
    hash: str


def runtime(name: Literal["runtime", "generator"] = "runtime") -> Runtime:
    """The runtime of this version; "generator" is what the Generator has around it."""
    return _hashed(_read(f"{name}.js.gz"))


def chunk(name: str) -> bytes | None:
    """A part of the page's code that it asks for when it needs it: gzipped, None for no such."""
    return _read(f"{name}.js.gz") if name in _CHUNKS else None


def stub(name: Literal["stub", "generator-stub"] = "stub") -> str:
    """The ES module that anywidget keeps with each widget."""
    return _read(f"{name}.js").decode()


@lru_cache(4)
def _hashed(gzipped: bytes) -> Runtime:
    return Runtime(gzipped, hashlib.sha256(gzipped).hexdigest()[:16])


def _read(name: str) -> bytes:
    """The file as it is now: a page that was built anew is shown without a new kernel."""
    path = Path(str(files("nbstream") / "static" / name))
    try:
        return _bytes(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise NbStreamError(
            f"This checkout of nbstream has no page code (static/{name}): run `make build` once."
        ) from None


@lru_cache(8)
def _bytes(path: Path, _changed_ns: int) -> bytes:
    return path.read_bytes()
