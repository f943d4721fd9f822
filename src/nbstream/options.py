"""What can be said about one generation: the same names as the magic's flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from .errors import UsageError
from .limits import Limits
from .request import Message, Request
from .retry import RetryPolicy


class Options(TypedDict, total=False):
    """Every option of `stream`, `generate` and `%%generate`; one left out, or None, is as the
    provider or the limit has it.

    base_url: the server's address, for any that speaks the provider's API.
    api_key: the key, where it is not in the provider's environment variable.
    system: instructions that come before the conversation.
    max_tokens, temperature, top_p, stop, seed: as every provider means them.
    extra: fields that go into the request's body as they are.
    max_seconds, max_chars: limits; a stream that passes one ends as truncated.
    retries: how many attempts may follow a failed one before the first token.
    """

    base_url: str | None
    api_key: str | None
    system: str | None
    max_tokens: int | None
    temperature: float | None
    top_p: float | None
    stop: str | Sequence[str] | None
    seed: int | None
    extra: dict[str, Any] | None
    max_seconds: float | None
    max_chars: int | None
    retries: int | None


def request(prompt: str | Sequence[Message], model: str, options: Options) -> Request:
    """The request for `model` (the provider's own name). Raises UsageError for a bad value."""
    if isinstance(prompt, str):
        if not prompt.strip():
            raise UsageError("The prompt is empty: write what you want from the model.")
        prompt = (Message("user", prompt),)
    if not prompt:
        raise UsageError("The conversation is empty: give at least one message.")
    unknown = set(options) - Options.__annotations__.keys()
    if unknown:
        known = ", ".join(sorted(Options.__annotations__))
        raise UsageError(f"Unknown option {min(unknown)!r}; there are: {known}.")
    stop = options.get("stop") or ()
    return Request(
        model=model,
        messages=tuple(prompt),
        system=options.get("system") or None,
        max_tokens=_least("max_tokens", options.get("max_tokens"), 1),
        temperature=_least("temperature", options.get("temperature"), 0),
        top_p=_least("top_p", options.get("top_p"), 0, most=1),
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
        seed=options.get("seed"),
        extra=dict(options.get("extra") or {}),
    )


def limits(options: Options) -> Limits:
    """The limits asked for. Raises UsageError."""
    seconds = _least("max_seconds", options.get("max_seconds"), 0)
    characters = _least("max_chars", options.get("max_chars"), 1)
    return Limits(seconds, Limits().max_chars if characters is None else characters)


def retry(options: Options) -> RetryPolicy:
    """The retry policy asked for. Raises UsageError."""
    retries = _least("retries", options.get("retries"), 0)
    return RetryPolicy() if retries is None else RetryPolicy(retries=retries)


def _least(name: str, value: Any, least: int, *, most: int | None = None) -> Any:
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not value >= least or (most is not None and value > most):
        upper = f" and at most {most}" if most is not None else ""
        raise UsageError(f"{name} must be a number of at least {least}{upper}, not {value!r}.")
    return value
