"""What can be said about one generation: the same names as the magic's flags."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypedDict, cast, get_args
from urllib.parse import urlsplit

from .api_key import ApiKey
from .characters import well_formed
from .errors import UsageError
from .formats import Format, instructed
from .limits import Limits
from .request import Message, Request
from .retry import OnDrop, RetryPolicy
from .schema import schema
from .secrets import Secrets
from .transforms import Transforms
from .wanted import TRIES, Wanted

_PROMPT = "the prompt and the messages before it are what is asked"
# What an adapter sets itself, with the reason why nothing else can.
_OURS = {
    **dict.fromkeys(("messages", "input", "contents"), _PROMPT),
    "model": "the model is named as provider/model",
    "stream": "every answer is streamed",
}
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
_SYSTEM = {"system", "instructions", "systemInstruction", "system_instruction"}


class Options(TypedDict, total=False):
    """Every option of `stream`, `generate` and `%%generate`; one left out, or None, is as the
    provider or the limit has it.

    base_url: the server's address, for any that speaks the provider's API.
    api_key: the key, where it is not in the provider's environment variable.
    system: instructions that come before the conversation.
    max_tokens, temperature, top_p, stop, seed: as every provider means them.
    effort: how much to think, in the provider's word: low, medium, high and their like.
    format: what is asked for besides: markdown (unless said), code, text, json, html or math.
    schema: what the answer must be, and `Generation.value` is: a pydantic model, a dataclass, a
        TypedDict or another type, or a JSON Schema (a dict, or the path of a file with one).
    schema_tries: how often an answer that does not fit is asked for again, with what is wrong with
        it (2 unless said).
    extra: fields that go into the request's body as they are.
    max_seconds, max_chars: limits; a stream that passes one ends as truncated.
    max_idle_seconds: a stream that says nothing for so long has failed (300 unless said).
    retries: how many attempts may follow a failed one (3 unless said).
    max_retry_seconds: no attempt begins later than so long after the first (300 unless said).
    on_drop: what follows a stream that broke off: "continue" it, "restart" it, or "stop".
    transforms: what changes the text as it comes: a callable on pieces of it, such as `str.upper`,
        an object with `take` and `rest` (see `nbstream.transforms`), or several in their order.
    secrets: what to do about keys in what would be sent: "warn" (unless said), "refuse", or
        "ignore".
    """

    base_url: str | None
    api_key: str | ApiKey | None
    system: str | None
    max_tokens: int | None
    temperature: float | None
    top_p: float | None
    stop: str | Sequence[str] | None
    seed: int | None
    effort: str | None
    format: Format | None
    schema: Any
    schema_tries: int | None
    extra: dict[str, Any] | None
    max_seconds: float | None
    max_chars: int | None
    max_idle_seconds: float | None
    retries: int | None
    max_retry_seconds: float | None
    on_drop: OnDrop | None
    transforms: Transforms | None
    secrets: Secrets | None


def request(prompt: str | Sequence[Message], model: str, options: Options) -> Request:
    """The request for `model` (the provider's own name). Raises UsageError for a bad value."""
    unknown = set(options) - Options.__annotations__.keys()
    if unknown:
        known = ", ".join(sorted(Options.__annotations__))
        raise UsageError(f"Unknown option {min(unknown)!r}; there are: {known}.")
    _address(options.get("base_url"))
    _key(options.get("api_key"))
    wanted = schema(options.get("schema"))
    system = well_formed(_text("system", options.get("system")) or "") or None
    format = _format(options.get("format"))
    if wanted is not None and format not in ("markdown", "json"):
        raise UsageError(f"What a schema describes is JSON: leave out format {format!r}.")
    if wanted is None:  # a schema says more than that it is JSON
        system = instructed(system, format)
    extra = _extra(options.get("extra"))
    _only_once(system, extra)
    return Request(
        model=model,
        messages=_messages(prompt),
        system=system,
        max_tokens=_count("max_tokens", options.get("max_tokens"), 1),
        temperature=_number("temperature", options.get("temperature"), 0, most=100),
        top_p=_number("top_p", options.get("top_p"), 0, most=1),
        stop=_stop(options.get("stop")),
        seed=_count("seed", options.get("seed"), None),
        effort=_word("effort", options.get("effort")),
        extra=extra,
        schema=wanted.wanted if wanted is not None else None,
    )


def seal(options: Options) -> None:
    """Put the key, if there is one, where no traceback and no pickle shows it; UsageError for what
    is none."""
    if "api_key" in options:
        options["api_key"] = _key(options["api_key"])


def wanted(options: Options) -> Wanted:
    """What the answer must come to. Raises UsageError."""
    tries = _count("schema_tries", options.get("schema_tries"), 0)
    return Wanted(schema(options.get("schema")), TRIES if tries is None else tries)


def limits(options: Options) -> Limits:
    """The limits asked for. Raises UsageError."""
    seconds = _seconds("max_seconds", options.get("max_seconds"))
    characters = _count("max_chars", options.get("max_chars"), 1)
    idle = _seconds("max_idle_seconds", options.get("max_idle_seconds"))
    usual = Limits()
    return Limits(
        seconds,
        usual.max_chars if characters is None else characters,
        usual.max_idle_seconds if idle is None else idle,
    )


def retry(options: Options) -> RetryPolicy:
    """The retry policy asked for. Raises UsageError."""
    retries = _count("retries", options.get("retries"), 0)
    on_drop = options.get("on_drop")
    if on_drop is not None and on_drop not in get_args(OnDrop):
        raise UsageError(f"on_drop must be continue, restart or stop, not {on_drop!r}.")
    deadline_s = _number("max_retry_seconds", options.get("max_retry_seconds"), 0)
    usual = RetryPolicy(on_drop=on_drop)
    return replace(
        usual,
        retries=usual.retries if retries is None else retries,
        deadline_s=usual.deadline_s if deadline_s is None else deadline_s,
    )


def _format(value: Any) -> Format:
    if value is not None and value not in get_args(Format):
        formats = ", ".join(get_args(Format))
        raise UsageError(f"format must be one of {formats}, not {value!r}.")
    return value or "markdown"


def _messages(prompt: Any) -> tuple[Message, ...]:
    if isinstance(prompt, str):
        if not prompt.strip():
            raise UsageError("The prompt is empty: write what you want from the model.")
        return (Message("user", well_formed(prompt)),)
    if not isinstance(prompt, Sequence) or isinstance(prompt, bytes | bytearray):
        raise UsageError(f"The prompt must be text or a list of Message, not {prompt!r}.")
    turns = tuple(cast(Sequence[Any], prompt))
    for turn in turns:
        if not isinstance(turn, Message):
            raise UsageError(f"A conversation is a list of Message, and {turn!r} is none.")
    if not turns:
        raise UsageError("The conversation is empty: give at least one message.")
    return tuple(replace(turn, text=well_formed(turn.text)) for turn in turns)


def _stop(value: Any) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else value or ()
    if not isinstance(texts, Sequence) or not all(
        isinstance(text, str) and text for text in cast(Sequence[Any], texts)
    ):
        raise UsageError(f"stop must be a text or a list of texts, none empty, not {value!r}.")
    return tuple(well_formed(text) for text in cast(Sequence[str], texts))


def _extra(value: Any) -> dict[str, Any]:
    if value is not None and not isinstance(value, Mapping):
        raise UsageError(f"extra must be a dict of request fields, not {value!r}.")
    fields = dict(cast(Mapping[Any, Any], value or {}))
    for name, content in fields.items():
        if not isinstance(name, str):
            raise UsageError(f"extra must have the names of request fields, and {name!r} is none.")
        if name in _OURS:
            raise UsageError(f"extra cannot set {name}: {_OURS[name]}.")
        try:
            json.dumps(content, allow_nan=False, ensure_ascii=False).encode()
        except (TypeError, ValueError, RecursionError):
            raise UsageError(f"extra {name} must be what JSON can say, not {content!r}.") from None
    return fields


def _only_once(system: str | None, extra: Mapping[str, Any]) -> None:
    for name in _SYSTEM & extra.keys() if system else ():
        raise UsageError(f"extra {name} would replace the system text; give only one of them.")


def _address(value: Any) -> None:
    address = _text("base_url", value)
    try:
        parts = urlsplit("http://host" if address is None else address)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        # Programs differ about which host such an address has.
        is_one = is_one and not _AMBIGUOUS.search(address or "")
    except ValueError:
        is_one = False
    if not is_one:
        typed = (address or "").rpartition("@")[2].partition("?")[0]  # no password, no query
        raise UsageError(
            f"base_url must be the address of a server, as http://host:port/v1, not {typed!r}."
        )


def _key(value: Any) -> ApiKey | None:
    if value is None or isinstance(value, ApiKey):
        return value
    kind = type(value).__name__
    if not isinstance(value, str):
        value = None  # which a traceback may show
        raise UsageError(f"api_key must be text, not of type {kind}.")
    return ApiKey(value)


def _text(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{name} must be text, not of type {type(value).__name__}.")
    return value


def _word(name: str, value: Any) -> str | None:
    if value is not None and not (isinstance(value, str) and value.isalpha()):
        raise UsageError(f"{name} must be a word like low, medium or high, not {value!r}.")
    return value.lower() if value else None


def _count(name: str, value: Any, least: int | None) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if value is None or (whole and (least is None or value >= least)):
        return value
    lower = "" if least is None else f" of at least {least}"
    raise UsageError(f"{name} must be a whole number{lower}, not {value!r}.")


def _seconds(name: str, value: Any) -> float | None:
    if value == 0:
        raise UsageError(f"{name} must be a number of more than 0, not {value!r}.")
    return _number(name, value, 0)


def _number(name: str, value: Any, least: int, *, most: int | None = None) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or (number and least <= value <= (math.inf if most is None else most)):
        return value
    upper = "" if most is None else f" and at most {most}"
    raise UsageError(f"{name} must be a number of at least {least}{upper}, not {value!r}.")
