"""An SDK's exception for an answer that is an error, read for its facts. No SDK is imported: the
openai and anthropic SDKs name them alike (`status_code`, `response`, `body`), google-genai calls
them `code`, `response` and `details`."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from .context_size import context_size
from .retry_after import retry_after_s

_QUOTA = "insufficient_quota"
_LONGEST = 4000
"""Of a message; filters and proxies echo whole prompts and pages."""


class ErrorEvent(Exception):
    """The server said inside the stream that it failed; `body` is its error object."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body.get("message") or "")
        self.body = body


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An answer that is an error: `kinds` are its codes and types, `text` its message; `tokens`
    and `limit` the sizes it names of a prompt that does not fit."""

    status: int | None
    kinds: frozenset[str]
    text: str
    request_id: str | None
    wait_s: float | None
    tokens: int | None = None
    limit: int | None = None


def is_error_answer(error: Exception) -> bool:
    """Whether the exception stands for an answer of the server."""
    return hasattr(error, "body") or hasattr(error, "details")


def read(error: Exception) -> ErrorAnswer:
    """The facts of the exception."""
    response: Any = getattr(error, "response", None)
    headers: Mapping[str, str] = getattr(response, "headers", None) or {}
    facts = _inner(getattr(error, "body", None) or getattr(error, "details", None))
    # An error inside a stream comes under the status of the stream, which is 200.
    statuses = (getattr(error, "status_code", 0), getattr(error, "code", 0), facts.get("code"))
    details = list(_details(facts))
    words = [facts.get(name) for name in ("code", "type", "status")]
    words += [_QUOTA for detail in details if _is_for_a_day(detail)]
    words += [detail.get("reason") for detail in details]
    inner: object = facts.get("innererror")  # Azure's
    if isinstance(inner, dict):
        words.append(cast(dict[str, Any], inner).get("code"))
    text = _message(facts)
    tokens, limit = context_size(facts, text)
    return ErrorAnswer(
        status=next(
            (each for each in statuses if isinstance(each, int) and 400 <= each < 600), None
        ),
        kinds=frozenset(word[:_LONGEST].lower() for word in words if isinstance(word, str)),
        text=text,
        request_id=headers.get("request-id") or headers.get("x-request-id"),
        wait_s=retry_after_s(headers, time.time()) or _retry_delay_s(details),
        tokens=tokens,
        limit=limit,
    )


def _inner(body: object) -> dict[str, Any]:
    """The object that holds message and code: the body, its first item or its `error`, which may
    be the message itself."""
    if isinstance(body, list) and body:
        body = cast(list[object], body)[0]
    if isinstance(body, str):
        return {"message": body}
    if not isinstance(body, dict):
        return {}
    facts = cast(dict[str, Any], body)
    inner: object = facts.get("error")
    if isinstance(inner, dict):
        return cast(dict[str, Any], inner)
    return {"message": inner} if isinstance(inner, str) else facts


def _message(facts: dict[str, Any]) -> str:
    for name in ("message", "detail", "msg"):
        value = facts.get(name)
        if isinstance(value, str):
            return value[:_LONGEST]
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return _message(cast(dict[str, Any], value[0]))
    return ""


def _details(facts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Google's `google.rpc.ErrorInfo`, `RetryInfo` and their like."""
    details: object = facts.get("details")
    if isinstance(details, list):
        for detail in cast(list[object], details):
            if isinstance(detail, dict):
                yield cast(dict[str, Any], detail)


def _is_for_a_day(detail: dict[str, Any]) -> bool:
    """Google's `google.rpc.QuotaFailure` tells by a name alone which quota it is; one that holds
    for a day is nothing to wait for."""
    violations: object = detail.get("violations")
    return isinstance(violations, list) and "PerDay" in str(cast(list[object], violations))


def _retry_delay_s(details: list[dict[str, Any]]) -> float | None:
    """Seconds of a `retryDelay`, a protobuf Duration: `34.5s`."""
    for detail in details:
        delay = detail.get("retryDelay")
        if isinstance(delay, str):
            seconds = retry_after_s({"retry-after": delay.removesuffix("s")}, math.inf)
            if seconds is not None:
                return seconds
    return None
