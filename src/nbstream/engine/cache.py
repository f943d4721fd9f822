"""Where the models' files stand on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
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

    The sum is checked when the file is pulled, not here: that takes seconds for a large one.
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
