"""`--schema NAME`: what the notebook holds under that name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..schema import Schema, schema

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LIST = re.compile(r"list\[(.+)\]")
_BUILTINS: Mapping[str, Any] = {kind.__name__: kind for kind in (bool, float, int, str, dict, list)}


def named_schema(name: str, variables: Mapping[str, Any]) -> Schema | None:
    """The schema in the variable, or in the file of that name. Raises UsageError."""
    many = _LIST.fullmatch(name)
    if many is not None:
        return schema(list[_named(many.group(1), variables)])
    return schema(_named(name, variables))


def _named(name: str, variables: Mapping[str, Any]) -> Any:
    first, *attributes = name.split(".") if _DOTTED.fullmatch(name) else [""]
    value: Any = {**_BUILTINS, **variables}.get(first)
    for attribute in attributes:
        value = getattr(value, attribute, None)
    if value is not None:
        return value
    with suppress(OSError, RuntimeError):  # no file can have that name; nobody has that ~name
        if Path(name).expanduser().is_file():
            return Path(name)
    shown = name if len(name) <= 80 else f"{name[:80]}…"
    raise UsageError(
        f"--schema {shown}: there is no such variable and no such file; name a pydantic model, a"
        " dataclass, a TypedDict or a JSON Schema, as a dict or in a .json file."
    )
