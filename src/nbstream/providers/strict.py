"""A JSON Schema in the form that strict structured output takes: closed objects. Pure."""

from __future__ import annotations

from typing import Any, cast

_PARTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SAYING = frozenset((*_PARTS, "type", "$ref", "enum", "const", "properties"))
_NAMED = ("$defs", "definitions", "properties")


def strict(schema: dict[str, Any]) -> dict[str, Any] | None:
    """The schema with every object closed and all its properties required, as OpenAI's strict mode
    wants it; None for one that cannot be put so: its root is no object, an object in it may hold
    any names, or a value may be anything.

    What an answer to it lets through is still read by the schema itself.
    """
    root = _root(schema)
    if root.get("type") != "object":
        return None
    try:
        return _closed(root)
    except _Open:
        return None


class _Open(Exception):
    pass


def _root(schema: dict[str, Any]) -> dict[str, Any]:
    """With what a root `$ref` names in its place, as pydantic writes types that hold themselves."""
    path = schema.get("$ref")
    if not isinstance(path, str) or not path.startswith("#/"):
        return schema
    found: Any = schema
    for step in path[2:].split("/"):
        found = cast(dict[str, Any], found).get(step) if isinstance(found, dict) else None
    rest = {name: value for name, value in schema.items() if name != "$ref"}
    return {**cast(dict[str, Any], found), **rest} if isinstance(found, dict) else schema


def _closed(schema: Any) -> Any:
    if not isinstance(schema, dict) or not _SAYING.intersection(cast(dict[str, Any], schema)):
        raise _Open
    closed = dict(cast(dict[str, Any], schema))
    closed.pop("default", None)
    for name in _PARTS:
        if isinstance(closed.get(name), list):
            closed[name] = [_closed(part) for part in closed[name]]
    for name in _NAMED:
        if isinstance(closed.get(name), dict):
            closed[name] = {key: _closed(part) for key, part in closed[name].items()}
    if "items" in closed:
        closed["items"] = _closed(closed["items"])
    if closed.get("type") == "object" or "properties" in closed:
        if not closed.get("properties") or closed.get("additionalProperties") not in (None, False):
            raise _Open
        closed["additionalProperties"] = False
        closed["required"] = list(closed["properties"])
    if "$ref" in closed and len(closed) > 1:
        # A reference stands alone there; what is said beside it goes around it.
        reference = {"$ref": closed.pop("$ref")}
        return {"anyOf": [reference], **closed}
    return closed
