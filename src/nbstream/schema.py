"""What an answer must be: a type that pydantic knows, or a JSON Schema; and reading it as that.

pydantic is loaded when the first type is asked for; jsonschema in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast, get_args

from . import aside as limits
from .aside import Started, aside, ask_process
from .errors import UsageError
from .misfit import Misfit, Unchecked, cut, line, read_first
from .own_files import read_text
from .request import JsonSchema
from .typed_dicts import with_readable_typed_dicts

_KINDS = "a pydantic model, a dataclass, a TypedDict or another type, or a JSON Schema"
_MOST_BYTES = 1_000_000
_PROCESS = "nbstream.json_schema"


@dataclass(frozen=True, slots=True)
class Schema:
    """`name` is for people; `read` makes the text of an answer the value, or raises Misfit."""

    name: str
    wanted: JsonSchema
    _read: Callable[[str, Started], Any]

    def value(self, text: str) -> Any:
        """The value in an answer, also with a fence around it or prose. Raises Misfit. Blocks, for
        as long as a type's own code does."""
        return self._read(text, lambda process: None)

    async def checked_value(self, text: str) -> Any:
        """The same, apart from the loop: a cancel is heard, and it takes at most `aside.LIMIT_S`
        seconds. Raises Unchecked where it takes longer."""
        try:
            return await aside(lambda started: self._read(text, started), limits.LIMIT_S)
        except TimeoutError:
            raise _late() from None


def _late() -> Unchecked:
    return Unchecked(f"that takes longer than {limits.LIMIT_S:g} s")


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
            raise Misfit(line((one["loc"], _own(one["msg"])) for one in problems)) from None
        except (Exception, SystemExit) as error:  # the type's own code
            raise Misfit(f"{shown} raised {type(error).__name__}: {cut(str(error))}") from None

    has_patterns_of_re = "python-re" in repr(adapter.core_schema)

    def read_answer(text: str, started: Started) -> Any:
        if has_patterns_of_re:  # which nothing in this process could stop
            try:
                _fitting(described, text, started)
            except Unchecked:
                raise
            except Misfit:
                pass  # the type itself says what is wrong, and may take more
        return read_first(text, read)

    return Schema(shown, JsonSchema(_plain(shown), described), read_answer)


def _of_json_schema(described: dict[str, Any], name: str) -> Schema:
    try:
        fault = _fault(json.dumps(described, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"schema is no JSON Schema: {error}.") from None
    if fault:
        raise UsageError(f"schema is no JSON Schema: {fault}.")

    def read(text: str, started: Started) -> Any:
        from jiter import from_json

        return from_json(_fitting(described, text, started).encode())

    title = described.get("title")
    named = title if isinstance(title, str) and title.strip() else name
    return Schema(named, JsonSchema(_plain(named), described), read)


@lru_cache(maxsize=32)
def _fault(described: str) -> str:
    """What makes the JSON no JSON Schema, or ''. Raises UsageError where that is not found out."""
    asked = {"schema": json.loads(described), "text": None, "limit_s": limits.LIMIT_S}
    try:
        return ask_process(_PROCESS, asked, limits.LIMIT_S, lambda process: None)["fault"]
    except TimeoutError:
        raise UsageError(f"The schema could not be checked: {_late()}.") from None
    except OSError as error:
        raise UsageError(f"The schema could not be checked: {error.strerror}.") from None


def _fitting(described: dict[str, Any], text: str, started: Started) -> str:
    """The JSON in an answer that fits. Raises Misfit."""
    asked = {"schema": described, "text": text, "limit_s": limits.LIMIT_S}
    try:
        answer = ask_process(_PROCESS, asked, limits.LIMIT_S, started)
    except TimeoutError:
        raise _late() from None
    except OSError as error:
        raise Unchecked(f"the process for that failed: {error.strerror}") from None
    if "misfit" in answer:
        raise Misfit(answer["misfit"])
    return answer["text"]


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


def _own(message: str) -> str:
    """What the type's own code said, without pydantic's words for that."""
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:80]}…"


def _plain(name: str) -> str:
    """The name as every provider takes it."""
    return re.sub(r"[^a-zA-Z0-9_-]+", "_", name).strip("_")[:64] or "answer"
