"""TypedDicts as pydantic reads them.

Before Python 3.12 it takes those of typing_extensions alone, as the others do not say which of
their keys were required where one builds on another.
"""

from __future__ import annotations

import sys
from types import UnionType
from typing import (
    Any,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)


def with_readable_typed_dicts(kind: Any) -> Any:
    """The type, with typing's TypedDicts in it replaced where that is needed."""
    return kind if sys.version_info >= (3, 12) else _replaced(kind, {})


def _replaced(kind: Any, known: dict[Any, Any]) -> Any:
    if is_typeddict(kind) and kind.__class__.__module__ == "typing":
        return known.get(kind) or _rebuilt(kind, known)
    arguments = get_args(kind)
    replaced = tuple(_replaced(argument, known) for argument in arguments)
    if all(new is old for new, old in zip(replaced, arguments, strict=True)):
        return kind
    if get_origin(kind) is UnionType:
        return Union[replaced]  # noqa: UP007 - of as many as there are
    return kind.copy_with(replaced) if hasattr(kind, "copy_with") else get_origin(kind)[replaced]


def _rebuilt(kind: Any, known: dict[Any, Any]) -> Any:
    from typing_extensions import TypedDict

    known[kind] = kind  # one that holds itself is left as it is
    fields: dict[str, Any] = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        mark: Any = Required if name in kind.__required_keys__ else NotRequired
        if get_origin(hint) in (Required, NotRequired):
            # Where annotations are texts, the keys are not yet told apart by it.
            mark, (hint,) = get_origin(hint), get_args(hint)
        fields[name] = mark[_replaced(hint, known)]
    known[kind] = made = TypedDict(kind.__name__, fields)  # pyright: ignore
    made.__doc__ = kind.__doc__
    if hasattr(kind, "__pydantic_config__"):
        made.__pydantic_config__ = kind.__pydantic_config__  # pyright: ignore
    return made
