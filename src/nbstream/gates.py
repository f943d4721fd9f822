"""The gate of each provider: every stream of this process to it goes through the same one."""

from __future__ import annotations

import threading
from typing import Any

from .errors import UsageError
from .limits import Gate
from .providers import parse_model

_STREAMS = 8
_lock = threading.Lock()
# The embedded engine reads one prompt at a time.
_gates: dict[str, Gate] = {"local": Gate(1)}


def gate(provider: str) -> Gate:
    """The gate of that provider."""
    with _lock:
        return _gates.setdefault(provider, Gate(_STREAMS))


def limit(provider: str, *, streams: int = _STREAMS, per_minute: float | None = None) -> None:
    """From now on at most `streams` at once go to `provider`, and `per_minute` begin in a minute.

    Those above it wait, in sight. Raises UsageError, ModelNotFound.
    """
    name, _ = parse_model(provider)
    _positive("streams", streams, whole=True)
    if per_minute is not None:
        _positive("per_minute", per_minute)
    with _lock:
        _gates[name] = Gate(streams, per_minute)


def _positive(name: str, value: Any, *, whole: bool = False) -> None:
    kinds = int if whole else (int, float)
    if not isinstance(value, kinds) or isinstance(value, bool) or value <= 0:
        kind = "whole number" if whole else "number"
        raise UsageError(f"{name} must be a {kind} above 0, not {value!r}.")
