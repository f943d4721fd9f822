"""Where the models' files stand on this machine."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import EngineError
from .catalogue import EmbeddedModel


def models_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """`$NBSTREAM_CACHE/models`, else `nbstream/models` in the platform's folder for caches."""
    if chosen := environ.get("NBSTREAM_CACHE"):
        return Path(chosen).expanduser() / "models"
    if sys.platform == "darwin":
        caches = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        caches = Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        # A relative XDG path is invalid and to be ignored (XDG Base Directory Specification).
        xdg = Path(environ.get("XDG_CACHE_HOME", ""))
        caches = xdg if xdg.is_absolute() else Path.home() / ".cache"
    return caches / "nbstream" / "models"


def pulled_path(model: EmbeddedModel, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The model's file, or None where it is missing or has another size than it should.

    The sum is checked when the file is pulled and, where others may have changed it since, when it
    is loaded; not here: that takes seconds for a large one.
    """
    path = models_dir(environ) / model.file_name
    try:
        return path if path.stat().st_size == model.size else None
    except OSError:
        return None


def require_pulled(model: EmbeddedModel, environ: Mapping[str, str] = os.environ) -> Path:
    """The model's file, or an EngineError that says how to get it."""
    path = pulled_path(model, environ)
    if path is None:
        megabytes = round(model.download_bytes / 1_000_000)
        raise EngineError(
            f"The embedded model {model.name} is not on this machine yet: "
            f"run `nbstream pull {model.name}` ({megabytes:,} MB) and try again."
        )
    return path


def check_unchanged(model: EmbeddedModel, path: Path, why: str) -> None:
    """Raises EngineError where the file, which others can change (`why`), is not the model's."""
    if sha256(path) != model.sha256:
        raise EngineError(
            f"The file of {model.name} is not the one that was fetched, and others can change it"
            f" ({why}): it is not loaded. Run `nbstream pull {model.name}` once only you can write"
            " there, or set NBSTREAM_CACHE to a folder of your own and run it then."
        )


def sha256(path: Path) -> str:
    """The file's sum, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shared(path: Path) -> str:
    """Why others than this user and root can change the file or put another in its place, as the
    middle of a sentence; '' where they cannot, and where the system has no such rights."""
    if not hasattr(os, "getuid"):
        return ""
    if path.is_symlink():
        return f"{path} is a link"
    trusted = {os.getuid(), 0}
    return next(
        (why for place in _places(path) if (why := _shared(place, place.lstat(), trusted))), ""
    )


def _places(path: Path) -> Iterator[Path]:
    """The file and the folders above it, as they are named and where links among them lead."""
    for place in dict.fromkeys((path.absolute(), path.resolve())):
        yield from (place, *place.parents)


def _shared(place: Path, found: os.stat_result, trusted: set[int]) -> str:
    if found.st_uid not in trusted:
        return f"{place} is another user's"
    # Whoever may write a folder may rename what is in it, but for a sticky one as /tmp is; a link
    # has no rights of its own.
    sticky = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
    if stat.S_ISLNK(found.st_mode) or sticky:
        return ""
    return f"others may write {place}" if found.st_mode & 0o022 else ""
