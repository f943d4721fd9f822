"""`df.shape`, `cfg['x']`, `In[3]`: names with attributes and items, read without running code of
the prompt's. No calls, no operators, no name, attribute or item that begins with `__`, which lead
on to all there is: whatever is none of these is no reference."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError

_LONGEST = 200
_LONGEST_CAUSE = 200


@dataclass(frozen=True, slots=True)
class Reference:
    """`source` as it was written; `names` are the variables it needs."""

    source: str
    names: frozenset[str]
    _node: ast.expr

    def missing(self, variables: Mapping[str, Any]) -> list[str]:
        """The variables there are not, in alphabetical order."""
        return sorted(self.names - variables.keys())

    def value(self, variables: Mapping[str, Any]) -> Any:
        """What it stands for. Raises UsageError where an attribute or item is not there or its
        own code fails."""
        try:
            return _value(self._node, variables)
        except UsageError:
            raise  # of `In`, `Out` or `Err`
        except Exception as error:
            raise UsageError(f"{self.source} cannot be read: {cause(error)}.") from None


def reference(source: str) -> Reference | None:
    """The reference that is written there, if it is one."""
    if len(source) > _LONGEST or source != source.strip():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not _is_reference(node):
        return None
    names = frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    return Reference(source, names, node)


def cause(error: BaseException) -> str:
    """What went wrong in one line, for example ``KeyError: 'y'``."""
    kind = type(error).__name__
    try:
        said = " ".join(str(error).split())
    except Exception:
        said = ""
    if len(said) > _LONGEST_CAUSE:
        said = f"{said[:_LONGEST_CAUSE]}…"
    return f"{kind}: {said}".rstrip(".: ")


def shown(value: Any, name: str) -> str:
    """`str(value)`. Raises UsageError where the value's own code fails."""
    try:
        return str(value)
    except Exception as error:
        raise UsageError(f"{name} cannot be written as text: {cause(error)}.") from None


def is_hidden(name: str) -> bool:
    """Whether it is the name of what Python itself keeps there."""
    return name.startswith("__")


def _is_reference(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name):
            return not is_hidden(name)
        case ast.Attribute(value=value, attr=name):
            return _is_reference(value) and not is_hidden(name)
        case ast.Subscript(value=value, slice=index):
            return _is_reference(value) and _is_index(index)
        case _:
            return False


def _is_index(node: ast.expr | None) -> bool:
    match node:
        case None | ast.Constant(value=int() | float()):
            return True
        case ast.Name(id=name) | ast.Constant(value=str() as name):
            return not is_hidden(name)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return True
        case ast.Slice(lower=lower, upper=upper, step=step):
            return all(map(_is_index, (lower, upper, step)))
        case ast.Tuple(elts=parts):
            return all(map(_is_index, parts))
        case _:
            return False


def _value(node: ast.expr | None, variables: Mapping[str, Any]) -> Any:
    match node:
        case None:
            return None
        case ast.Name(id=name):
            return variables[name]
        case ast.Attribute(value=value, attr=attribute):
            return getattr(_value(value, variables), attribute)
        case ast.Subscript(value=value, slice=index):
            return _value(value, variables)[_value(index, variables)]
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() as value)):
            return -value
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(_value(part, variables) for part in (lower, upper, step)))
        case ast.Tuple(elts=parts):
            return tuple(_value(part, variables) for part in parts)
        case _:
            raise AssertionError("no part of a reference")
