"""Numbers of tokens, as servers of all kinds write them."""

from __future__ import annotations


def count(value: object) -> int | None:
    """The number, None where it is none: some servers send `12.0` or `"12"`."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return int(value) if 0 <= value < 2**53 else None
