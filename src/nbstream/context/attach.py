"""`--with THING …`: what each thing is, and the pieces of prompt it makes.

A variable comes before a file and a file before a module; `./data` is always a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from glob import has_magic
from pathlib import Path
from typing import Any

from .. import providers
from ..errors import UsageError
from .cells import Cells
from .files import in_paths
from .pieces import Piece
from .references import cause, reference
from .sources import of_module_named
from .tracebacks import FailedCells
from .values import of_value

_CELLS = re.compile(r"In(?:\[(-?\d*):(-?\d*)\])?")
_FAILED = re.compile(r"Err(\[\d+\])?")


def attach(things: Iterable[str], variables: Mapping[str, Any]) -> list[Piece]:
    """The pieces of all things, in order, each once. Raises UsageError for one that is not there
    or cannot be read."""
    pieces = [piece for thing in things for piece in _pieces(thing, variables)]
    return list(dict.fromkeys(pieces))


def _pieces(thing: str, variables: Mapping[str, Any]) -> list[Piece]:
    if not thing.strip():
        raise UsageError(f"--with needs a variable, a file or a module, not {thing!r}.")
    try:
        return _found(thing, variables)
    except UsageError as error:
        raise UsageError(f"--with {thing}: {error}") from None
    except Exception as error:
        raise UsageError(f"--with {thing}: it cannot be described: {cause(error)}.") from None


def _found(thing: str, variables: Mapping[str, Any]) -> list[Piece]:
    cells = variables.get("In")
    named = reference(thing)
    if named is not None and not named.missing(variables):
        if (span := _CELLS.fullmatch(thing)) is not None and isinstance(cells, Cells):
            return _cells(span, cells)
        try:
            value = named.value(variables)
        except UsageError:
            # `data.csv`, where there is a variable `data` too.
            if not Path(thing).is_file():
                raise
            return in_paths(thing)
        if thing.startswith("In[") and isinstance(cells, Cells):
            return [Piece(thing, "cell", value, language="python")]
        if _FAILED.fullmatch(thing) and isinstance(variables["Err"], FailedCells):
            return [Piece(thing, "error", str(value), language="text", keeps_end=True)]
        return [of_value(thing, value, cells if isinstance(cells, Cells) else ())]
    found = in_paths(thing)
    if not found and named is None and "__" in thing and not has_magic(thing):
        raise UsageError("no file has that name, and no name that begins with __ is attached.")
    if not found and named is not None and (module := of_module_named(thing)) is not None:
        found = [module]
    if not found and named is None and has_magic(thing):
        raise UsageError("no file matches.")
    if not found:
        is_model = re.split("[/:]", thing)[0].lower() in providers.names()
        hint = " The model's name goes before the flags." if is_model else ""
        raise UsageError(f"there is no such variable, file or module.{hint}")
    return found


def _cells(span: re.Match[str], cells: Cells) -> list[Piece]:
    first, after = (int(number) if number else None for number in span.groups())
    pieces = [
        Piece(f"In[{number}]", "cell", source, language="python")
        for number, source in list(enumerate(cells))[first:after]
        if source.strip()
    ]
    if not pieces:
        raise UsageError(f"there are no such cells; {cells.last}.")
    return pieces
