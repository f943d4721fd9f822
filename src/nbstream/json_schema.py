"""JSON Schemas and answers checked against them, in a process of its own:
`python -m nbstream.json_schema`.

Reads one line of JSON from standard input, ``{"schema": …, "text": …, "limit_s": …}``, and writes
one: ``{"fault": …}`` where the schema is none (asked where `text` is null), ``{"misfit": …}`` where
the answer does not fit it, else ``{"text": …}``, the JSON in the answer that does. A schema may be
a stranger's, and its answer is a model's: a pattern can run for years and be interrupted by nobody
in its process, references and combinations can double with each step.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

from .misfit import Misfit, cut, line, read_first

# Formats are no part of what is checked, and some of these take seconds to load.
_FORMATS = {
    "fqdn", "idna", "isoduration", "jsonpointer", "rfc3339_validator", "rfc3986_validator",
    "rfc3987", "rfc3987_syntax", "uri_template", "webcolors",
}  # fmt: skip
_MOST_MEMORY = 4 * 2**30


def fault(described: dict[str, Any]) -> str:
    """What makes it no JSON Schema, or ''."""
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for

    known = _known(described)
    metaschema = known.META_SCHEMA
    check = _with_linear_keywords(validator_for(metaschema, default=known))
    try:
        for error in check(metaschema, format_checker=known.FORMAT_CHECKER).iter_errors(described):
            problem = SchemaError.create_from(error)
            return f"{problem.json_path}: {cut(problem.message)}"
    except RecursionError:
        return "it is nested too deeply"
    return ""


def fitting(described: dict[str, Any], text: str) -> str:
    """The JSON in an answer that fits the schema. Raises Misfit."""
    from jiter import from_json
    from jsonschema_specifications import REGISTRY  # pyright: ignore[reportMissingTypeStubs]
    from referencing.exceptions import Unresolvable

    # Its own registry: the usual one would load what a $ref names from the network.
    validator = _with_linear_keywords(_known(described))(described, registry=REGISTRY)

    def read(candidate: str) -> str:
        errors = validator.iter_errors(from_json(candidate.encode()))
        try:
            problems = line((error.path, error.message) for error in errors)
        except (Unresolvable, RecursionError) as error:
            raise Misfit(f"the schema cannot be followed: {cut(str(error))}") from None
        if problems:
            raise Misfit(problems)
        return candidate

    return read_first(text, read)


def _known(described: dict[str, Any]) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    return validator_for(described, default=Draft202012Validator)


def _with_linear_keywords(known: Any) -> Any:
    from jsonschema import validators

    extend: Any = cast(Any, validators).extend
    return extend(known, {"uniqueItems": _unique_items})


def _unique_items(
    validator: Any, is_asked: object, instance: object, schema: object
) -> Iterator[Exception]:
    """As jsonschema has it, which compares each object with every other."""
    from jsonschema import ValidationError

    if is_asked and validator.is_type(instance, "array"):
        items = cast(list[object], instance)
        if len({_key(item) for item in items}) < len(items):
            shown = repr(items[:50])
            shown = shown if len(shown) <= 150 else f"{shown[:150]}…"
            yield ValidationError(f"{shown} has non-unique elements")


def _key(value: object) -> object:
    """What is equal for values that are equal in JSON: 1 and 1.0, but not 1 and true."""
    match value:
        case bool():
            return ("boolean", value)
        case list():
            return ("array", *map(_key, cast(list[object], value)))
        case dict():
            members = cast(dict[str, object], value).items()
            return ("object", frozenset((name, _key(member)) for name, member in members))
        case _:
            return value


def _bound(limit_s: float) -> None:
    """Have the system end this process when nobody waits for it any more, or when it takes the
    machine's memory."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, limit_s)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


def main() -> None:
    asked: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    _bound(asked["limit_s"])
    sys.modules.update(dict.fromkeys(_FORMATS))  # pyright: ignore
    if asked["text"] is None:
        answer = {"fault": fault(asked["schema"])}
    else:
        try:
            answer = {"text": fitting(asked["schema"], asked["text"])}
        except Misfit as misfit:
            answer = {"misfit": str(misfit)}
    # A sitecustomize may have written something before.
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
