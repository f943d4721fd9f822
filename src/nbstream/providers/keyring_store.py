"""Keys in the system's keyring, by the optional package `keyring`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ..api_key import ApiKey
from ..errors import UsageError

SERVICE = "nbstream"

_is_out = False
"""Whether it failed or was refused: a locked one would ask for its password again and again."""


def get(variable: str) -> ApiKey | None:
    """The key that is kept there, if any."""
    global _is_out
    if _is_out or find_spec("keyring") is None:
        return None
    try:
        return ApiKey(_package().get_password(SERVICE, variable))
    except Exception:  # each system's keyring has its own
        _is_out = True
        return None


def check() -> None:
    """Raises UsageError where the package is missing."""
    if find_spec("keyring") is None:
        raise UsageError(
            "--keyring needs the package keyring: `pip install keyring`; without --keyring the key"
            " is held for this kernel alone."
        )


def put(variable: str, key: ApiKey) -> None:
    """Keep the key there, in place of what was. Raises UsageError."""
    global _is_out
    check()
    kept = None
    try:
        _package().set_password(SERVICE, variable, key.reveal())
        _is_out = False
        kept = get(variable)
        why = "it does not keep it"
    except Exception as error:
        # Its own words may have the key in them.
        why = type(error).__name__
    if kept != key:
        raise UsageError(
            f"The system's keyring did not take the key ({why}); without --keyring it is held for"
            " this kernel alone."
        )


def _package() -> Any:
    return import_module("keyring")
