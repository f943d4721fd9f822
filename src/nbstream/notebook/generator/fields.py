"""The fields of a page's message, each of its kind. All raise UsageError."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ...errors import UsageError

_LONGEST = 2_000_000
_LONGEST_NAME = 300
_LARGEST = 2**53


def text(content: Mapping[str, Any], name: str, most: int = _LONGEST) -> str:
    """A text of at most `most` characters."""
    value = content.get(name)
    if not isinstance(value, str):
        raise UsageError(f"A message of this page has no {name}: nothing was done.")
    if len(value) > most:
        raise UsageError(f"The {name} has {len(value):,} characters; at most {most:,} are taken.")
    return value


def label(content: Mapping[str, Any], name: str) -> str:
    """A short text."""
    return text(content, name, _LONGEST_NAME)


def number(content: Mapping[str, Any], name: str, least: int = 0) -> int:
    """A whole number from `least` on."""
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _LARGEST:
        raise UsageError(f"The {name} in a message of this page is no number: nothing was done.")
    return value


def inner(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A message within the message."""
    value = content.get(name)
    if not isinstance(value, dict):
        raise UsageError(f"A message of this page has no {name}: nothing was done.")
    return cast(dict[str, Any], value)


def ask(content: Mapping[str, Any]) -> str:
    """The page's own name for what it asks for, empty where it has none."""
    value = content.get("ask")
    return value if isinstance(value, str) and len(value) <= _LONGEST_NAME else ""
