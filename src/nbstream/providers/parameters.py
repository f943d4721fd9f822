"""The parameters by their common names, as an adapter maps them to its API's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import UsageError
from ..request import Request

_NAMES = ("max_tokens", "temperature", "top_p", "stop", "seed", "effort")


def mapped(
    request: Request, provider: str, fields: Mapping[str, str | None], instead: str = ""
) -> dict[str, Any]:
    """What the request asks for besides prompt, system text and `extra`, by the API's names, which
    `fields` holds for each parameter the API has. Raises UsageError for any other, with `instead`
    as what to do about it."""
    body: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(request, name)
        if value is None or value == ():
            continue
        field = fields.get(name)
        if field is None:
            raise UsageError(f"{provider} takes no {name}; leave it out{instead}.")
        body[field] = list(value) if name == "stop" else value
    return body
