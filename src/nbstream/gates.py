"""The gate of each provider: every stream of this process to it goes through the same one."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from .errors import UsageError
from .limits import Gate
from .providers import parse_model

_STREAMS = 8
_lock = threading.Lock()
_gates: dict[str, Gate] = {}
_configured: set[str] = set()


def gate(provider: str) -> Gate:
    """The gate of that provider."""
    with _lock:
        found = _gates.get(provider)
        if found is None:
            # The embedded engine reads one prompt at a time.
            found = _gates[provider] = Gate(1 if provider == "local" else _STREAMS)
        return found


def limit(provider: str, *, streams: int = _STREAMS, per_minute: float | None = None) -> None:
    """From now on at most `streams` at once go to `provider`, and `per_minute` begin in a minute.

    Those above it wait, in sight. Raises UsageError, ModelNotFound.
    """
    name, limited = _limited(provider, streams, per_minute)
    with _lock:
        _gates[name] = limited


def configure(limits: Mapping[str, Any]) -> None:
    """The limits by provider from now on, each with `streams`, `per_minute` or both; a provider
    that was named before and is no more has the usual ones. Raises UsageError, ModelNotFound."""
    gates: dict[str, Gate] = {}
    for provider, named in limits.items():
        if not isinstance(named, Mapping) or not named.keys() <= {"streams", "per_minute"}:  # pyright: ignore[reportUnknownMemberType]
            raise UsageError(
                f"The limits of {provider} must be like {{'streams': 2, 'per_minute': 30}},"
                f" not {named!r}."
            )
        each: dict[str, Any] = {"streams": _STREAMS, "per_minute": None, **named}
        name, limited = _limited(provider, **each)
        gates[name] = limited
    with _lock:
        for name in _configured - gates.keys():
            _gates.pop(name, None)
        _gates.update(gates)
        _configured.clear()
        _configured.update(gates)


def _limited(provider: str, streams: int, per_minute: float | None) -> tuple[str, Gate]:
    name, _ = parse_model(provider)
    _positive("streams", streams, whole=True)
    if per_minute is not None:
        _positive("per_minute", per_minute)
    return name, Gate(streams, per_minute)


def _positive(name: str, value: Any, *, whole: bool = False) -> None:
    kinds = int if whole else (int, float)
    if not isinstance(value, kinds) or isinstance(value, bool) or not value > 0:
        kind = "whole number" if whole else "number"
        raise UsageError(f"{name} must be a {kind} above 0, not {value!r}.")
