"""What an answer must be: a type that pydantic knows, or a JSON Schema; and reading it as that.

pydantic and jsonschema are loaded when the first is asked for.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any, cast, get_args

from .errors import UsageError
from .json_text import json_texts
from .own_files import read_text
from .request import JsonSchema
from .typed_dicts import with_readable_typed_dicts

_KINDS = "a pydantic model, a dataclass, a TypedDict or another type, or a JSON Schema"
_MOST_BYTES = 4_000_000
_MOST_PROBLEMS = 8
_LONGEST_PROBLEM = 300


class Misfit(Exception):
    """An answer is not as its schema has it; `str()` says what is wrong, in a line."""


@dataclass(frozen=True, slots=True)
class Schema:
    """`name` is for people; `read` makes a JSON text the value, or raises Misfit."""

    name: str
    wanted: JsonSchema
    _read: Callable[[str], Any]

    def value(self, text: str) -> Any:
        """The value in an answer, also with a fence around it or prose. Raises Misfit."""
        misfit: Misfit | None = None
        fault = ""
        for candidate in json_texts(text):
            no_json = _json_fault(candidate)
            if no_json:
                fault = fault or no_json
                continue
            try:
                return self._read(candidate)
            except Misfit as error:
                misfit = misfit or error
        raise misfit or Misfit(f"it is not JSON: {fault}")


def schema(value: Any) -> Schema | None:
    """The schema that was asked for: a type, a JSON Schema as a dict, or the path of a file with
    one. Raises UsageError."""
    if value is None or isinstance(value, Schema):
        return value
    if isinstance(value, str | os.PathLike):
        path = os.fspath(cast(str | os.PathLike[str], value))
        return _of_json_schema(_file(path), Path(path).stem)
    if isinstance(value, Mapping):
        return _of_json_schema(dict(cast(Mapping[str, Any], value)), "answer")
    return _of_type(value)


def _of_type(value: Any) -> Schema:
    from pydantic import BaseModel, TypeAdapter, ValidationError
    from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError

    kind = type(cast(object, value))
    if is_dataclass(kind) or issubclass(kind, BaseModel):
        raise UsageError(f"schema must be {_KINDS}: give {kind.__name__} itself, not one of it.")
    adapter: TypeAdapter[Any]
    try:
        if isinstance(value, TypeAdapter):
            adapter, shown = cast(TypeAdapter[Any], value), "answer"
        else:
            adapter = TypeAdapter(with_readable_typed_dicts(value))
            is_plain = isinstance(value, type) and not get_args(value)
            shown = value.__name__ if is_plain else re.sub(r"[\w.]+\.(\w+)", r"\1", repr(value))
        described = adapter.json_schema()
    except (PydanticUserError, PydanticUndefinedAnnotation, TypeError, NameError) as error:
        why = str(error).strip().partition("\n")[0].partition(". ")[0].rstrip(".")
        raise UsageError(
            f"schema must be {_KINDS}, not {_short(cast(object, value))}: {why}."
        ) from None

    def read(text: str) -> Any:
        try:
            return adapter.validate_json(text)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False, include_input=False)
            raise Misfit(_line((one["loc"], _own(one["msg"])) for one in problems)) from None
        except Exception as error:  # the type's own code
            raise Misfit(f"{shown} raised {type(error).__name__}: {error}") from None

    return Schema(shown, JsonSchema(_plain(shown), described), read)


def _of_json_schema(described: dict[str, Any], name: str) -> Schema:
    from jiter import from_json
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for
    from jsonschema_specifications import REGISTRY  # pyright: ignore[reportMissingTypeStubs]
    from referencing.exceptions import Unresolvable

    make: Any = validator_for(described, default=_newest())
    try:
        json.dumps(described)
        make.check_schema(described)
    except SchemaError as error:
        where = error.json_path
        raise UsageError(f"schema is no JSON Schema: {where}: {_cut(error.message)}.") from None
    except (TypeError, ValueError) as error:
        raise UsageError(f"schema is no JSON Schema: {error}.") from None
    # Its own registry: the usual one would load what a $ref names from the network.
    validator = make(described, registry=REGISTRY)

    def read(text: str) -> Any:
        value = from_json(text.encode())
        try:
            problems = [(error.path, error.message) for error in validator.iter_errors(value)]
        except (Unresolvable, RecursionError) as error:
            raise Misfit(f"the schema cannot be followed: {_cut(str(error))}") from None
        if problems:
            raise Misfit(_line(problems))
        return value

    title = described.get("title")
    named = title if isinstance(title, str) and title.strip() else name
    return Schema(named, JsonSchema(_plain(named), described), read)


def _newest() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator


def _file(path: str) -> dict[str, Any]:
    try:
        described: Any = json.loads(read_text(path, _MOST_BYTES))
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(f"The schema {path} cannot be read: {why}.") from None
    except (ValueError, RecursionError):
        raise UsageError(f"The schema {path} is not JSON.") from None
    if not isinstance(described, dict):
        raise UsageError(f"The schema {path} is no JSON Schema: it is not an object.")
    return cast(dict[str, Any], described)


def _json_fault(text: str) -> str:
    from jiter import from_json

    try:
        from_json(text.encode(errors="replace"), allow_inf_nan=False)
    except ValueError as error:
        return str(error)
    return ""


def _line(problems: Iterable[tuple[Iterable[str | int], str]]) -> str:
    said = [f"{_place(where)}{_cut(what)}" for where, what in problems]
    more = len(said) - _MOST_PROBLEMS
    return "; ".join(said[:_MOST_PROBLEMS]) + (f"; and {more} more" if more > 0 else "")


def _own(message: str) -> str:
    """What the type's own code said, without pydantic's words for that."""
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")


def _place(where: Iterable[str | int]) -> str:
    """``steps[2].text: `` for people."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where)
    return f"{path.removeprefix('.')}: " if path else ""


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_PROBLEM else f"{text[:_LONGEST_PROBLEM]}…"


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:80]}…"


def _plain(name: str) -> str:
    """The name as every provider takes it."""
    return re.sub(r"[^a-zA-Z0-9_-]+", "_", name).strip("_")[:64] or "answer"
