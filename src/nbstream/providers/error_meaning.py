"""What an answer that is an error means: one of `errors`, and the sentence for it. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..errors import (
    AuthenticationFailed,
    ContentRefused,
    ContextTooLong,
    ModelNotFound,
    NbStreamError,
    Overloaded,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    TimedOut,
)
from .api_keys import withheld
from .asked import Asked
from .error_answer import ErrorAnswer
from .redaction import origin, shown

_CONTEXT = re.compile(
    r"context (length|window|size|limit)|maximum context|prompt is too long|input is too long"
    r"|too many (input )?tokens|reduce the length|token count .{0,200}?exceeds"
    r"|too large for model|request too large",
    re.IGNORECASE,
)
_QUOTA = re.compile(
    r"credit balance|insufficient (credit|balance|quota|funds)|billing (hard )?limit"
    r"|(api|specified) usage limits|used all available credits|quota is used up|plans & billing",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"content[ _](filter|polic|management)|blocked by content|usage (polic|guideline)"
    r"|safety (system|polic)|was flagged|flagged as|requires moderation",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model\b.{0,200}?\b(not (found|exist)|does not exist|unknown|invalid)"
    r"|(unknown|invalid|no such) model|not a valid model",
    re.IGNORECASE,
)
_TOO_LONG = {
    *("context_length_exceeded", "exceed_context_size_error", "request_too_large"),
    *("string_above_max_length", "context_window_exceeded"),
}
_USED_UP = {
    *("insufficient_quota", "billing_error", "billing_hard_limit_reached", "billing_not_active"),
    "insufficient_credits",
}
_REFUSED = {
    *("content_policy_violation", "content_filter", "moderation_blocked", "invalid_prompt"),
    *("responsibleaipolicyviolation", "cyber_policy_violation"),
}
_NO_KEY = {"authentication_error", "invalid_api_key", "api_key_invalid", "unauthenticated"}
_LIMITED = {"rate_limit_error", "rate_limit_exceeded", "resource_exhausted"}
_BUSY = {
    *("overloaded_error", "api_error", "server_error", "internal_error", "internal_server_error"),
    *("service_unavailable", "unavailable_error", "unavailable", "engine_overloaded", "internal"),
}


def meaning(answer: ErrorAnswer, asked: Asked) -> NbStreamError:
    """The failure that the answer tells."""
    said = shown(answer.text, asked.key.reveal())
    said = f" It said: {said}" if said else ""
    name, kinds, status, text = asked.provider, answer.kinds, answer.status, answer.text
    number = f" ({status})" if status else ""
    make: Callable[..., NbStreamError] = ProviderError
    recoverable = None

    if status == 413 or kinds & _TOO_LONG or _can_never_fit(answer):
        return _too_long(answer, asked, said)
    if (
        kinds & _USED_UP
        or status == 402
        or (status in {None, 400, 403, 429} and _QUOTA.search(text))
    ):
        make = QuotaExceeded
        sentence = (
            f"The quota of this {name} account is used up{number}: see its billing page,"
            " or name another model."
        )
    elif kinds & _REFUSED or (status in {None, 400, 403, 422} and _CONTENT.search(text)):
        make = ContentRefused
        sentence = (
            f"{name} refuses this content{number}: put the prompt another way, or ask another"
            " model."
        )
    elif kinds & {"model_not_found"} or (
        status in {400, 404, 422, None} and _no_such_model(answer, asked)
    ):
        make = ModelNotFound
        sentence = (
            f"{name} has no model {asked.model!r}, or not for this key; "
            f"name another one as {name}/MODEL."
        )
    elif status == 401 or kinds & _NO_KEY:
        # What is said here is about the key, often with pieces of it.
        make, said = AuthenticationFailed, ""
        sentence = withheld(asked) or (
            f"{name} refused the API key{number}; set {asked.key_variable} to a valid one."
        )
    elif status == 403 or "permission_error" in kinds:
        make = AuthenticationFailed
        sentence = withheld(asked) or (
            f"{name} does not allow this key to do that{number}; use another key or model."
        )
    elif status == 429 or kinds & _LIMITED:
        make = RateLimited
        sentence = f"{name} takes no more requests for now{number}; try again in a while."
    elif status == 404:
        sentence = f"{origin(asked.url)} has nothing at this address (404); check the base URL."
    elif status == 408 or "timeout_error" in kinds:
        make = TimedOut
        sentence = f"{name} gave the request up because it took too long{number}; try again."
    elif (status or 0) >= 500 or kinds & _BUSY or not (status or kinds):
        # The last: an answer that broke off with a message and no more.
        make = Overloaded
        sentence = f"{name} is overloaded or out of order{number}; try again in a while."
    else:
        recoverable = status == 409
        sentence = f"{name} refused the request{number}; change what it names and try again."
    return make(
        sentence + said,
        provider=name,
        status=status,
        request_id=answer.request_id,
        retry_after_s=answer.wait_s,
        recoverable=recoverable,
    )


def _too_long(answer: ErrorAnswer, asked: Asked, said: str) -> ContextTooLong:
    tokens, limit = answer.tokens, answer.limit
    if tokens and limit:
        sentence = (
            f"The prompt is too long for {asked.model}: {tokens:,} tokens, and {limit:,} fit;"
            " shorten it or name another model."
        )
    else:
        sentence = f"The prompt is too long for {asked.model}; shorten it or name another model."
    return ContextTooLong(
        sentence + said,
        provider=asked.provider,
        status=answer.status,
        request_id=answer.request_id,
        retry_after_s=answer.wait_s,
        tokens=tokens,
        limit=limit,
    )


def _can_never_fit(answer: ErrorAnswer) -> bool:
    """Also where the request alone is above the tokens a minute, which is told as a rate limit."""
    if answer.status == 429:
        return "request too large" in answer.text.lower()
    return answer.status in {None, 400, 422} and bool(_CONTEXT.search(answer.text))


def _no_such_model(answer: ErrorAnswer, asked: Asked) -> bool:
    if _NO_MODEL.search(answer.text):
        return True
    # Anthropic says "model: NAME" and no more. A wrong path is a 404 as well.
    named = bool(asked.model) and asked.model in answer.text
    return answer.status == 404 and (named or answer.text.lower().startswith("model"))
