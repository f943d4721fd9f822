"""Functions, classes and modules: their source, or where there is none what is known of them."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from .pieces import Piece


def of_source(name: str, value: Any, cells: Sequence[str]) -> Piece | None:
    """The piece of a function, class or module; `cells` are the sources that a class may stand
    in. None for anything else."""
    if inspect.ismodule(value):
        kind = "module"
    elif inspect.isclass(value):
        kind = "class"
    elif inspect.isroutine(value):
        kind = "function"
    else:
        return None
    source = _source(value, cells)
    if source is not None:
        return Piece(name, kind, source, language="python")
    return Piece(name, kind, _signature(value), "signature and docstring", language="text")


def of_module_named(name: str) -> Piece | None:
    """The module of that name, which is not imported for it."""
    if name in sys.modules:
        return of_source(name, sys.modules[name], ())
    try:
        spec = find_spec(name) if "." not in name else None
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None or not spec.has_location:
        return None
    path = Path(spec.origin)
    if path.suffix != ".py":
        return None
    return Piece(name, "module", path.read_text(encoding="utf-8"), language="python")


def _source(value: Any, cells: Sequence[str]) -> str | None:
    try:
        return inspect.getsource(inspect.unwrap(value) if callable(value) else value)
    except (OSError, TypeError, ValueError, IndexError, SyntaxError):
        pass
    if inspect.isclass(value):
        # Before 3.13 Python does not find a class that was written in a cell.
        for cell in reversed(cells):
            if value.__name__ in cell and (found := _class_in(cell, value.__name__)):
                return found
    return None


def _class_in(cell: str, name: str) -> str | None:
    try:
        statements = ast.parse(cell).body
    except (SyntaxError, ValueError):  # also a cell with a magic
        return None
    for statement in statements:
        if isinstance(statement, ast.ClassDef) and statement.name == name:
            first = min([statement.lineno, *(d.lineno for d in statement.decorator_list)])
            return "\n".join(cell.splitlines()[first - 1 : statement.end_lineno])
    return None


def _signature(value: Any) -> str:
    try:
        called = str(inspect.signature(value)) if not isinstance(value, ModuleType) else ""
    except (TypeError, ValueError):
        called = "(…)"
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", "")
    return f"{name}{called}\n\n{inspect.getdoc(value) or ''}".rstrip()
