"""Every exception of an SDK or its transport as one of `errors`, and the sentence for it.

The SDKs' exceptions hold the request with its headers, so nothing of them is passed on but what
is named here, and callers raise the result outside of the `except` block, where nothing chains.
No SDK is imported here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ContextTooLong,
    ModelNotFound,
    NbStreamError,
    Overloaded,
    ProviderError,
    RateLimited,
    StreamDropped,
    TimedOut,
    UsageError,
)
from .error_answer import ErrorAnswer, is_error_answer, read
from .redaction import origin, shown

_CONTEXT = re.compile(
    r"context (length|window|size)|maximum context|prompt is too long|input is too long"
    r"|too many (input )?tokens|reduce the length|token count .*exceeds",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model\b.*\b(not (found|exist)|does not exist|unknown|invalid)"
    r"|(unknown|invalid|no such) model|not a valid model",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a failure's sentence names: provider and model as users write them, the base URL and
    the environment variable of the key. `key` is here only to be left out."""

    provider: str
    model: str
    url: str
    key_variable: str
    key: str = field(default="", repr=False)


def failure(
    error: Exception, asked: Asked, *, started: bool, kind: str = ""
) -> NbStreamError | None:
    """The failure that `error` means, or None where it is none of the provider's.

    `started` says whether the answer had begun to arrive, `kind` its content type where that is
    not an event stream's.
    """
    if isinstance(error, NbStreamError):
        return error
    import httpx2

    for cause in _causes(error):
        if isinstance(cause, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
            return UsageError(
                f"The base URL {origin(asked.url)!r} is not one of a server; "
                "write it as http://host:port/v1."
            )
        if isinstance(cause, httpx2.LocalProtocolError | UnicodeEncodeError):
            return UsageError(
                f"The API key for {asked.provider} holds a character that cannot be sent; "
                f"set {asked.key_variable} again, without spaces or line ends."
            )
        if isinstance(cause, httpx2.TransportError):
            return _unheard(cause, asked, started=started)
    if is_error_answer(error):
        return _answered(read(error), asked)
    if isinstance(error, ValueError | TypeError | KeyError | IndexError | AttributeError):
        return nonsense(asked, kind or type(error).__name__) if started else None
    if isinstance(error, httpx2.HTTPError | httpx2.StreamError):
        return nonsense(asked, type(error).__name__)
    return None


def dropped(asked: Asked, request_id: str | None = None) -> StreamDropped:
    """The stream ended without its terminal marker."""
    return StreamDropped(
        f"The connection to {asked.provider} ended before the answer did; "
        "what came so far is kept. Run it again for a whole answer.",
        provider=asked.provider,
        request_id=request_id,
    )


def nonsense(asked: Asked, what: str) -> ProviderError:
    """The server's answer is not what its protocol says."""
    return ProviderError(
        f"{origin(asked.url)} sent something that is no answer of {asked.provider}'s kind "
        f"({what}): is the base URL that of a compatible server? It often ends in /v1.",
        provider=asked.provider,
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(6):
        if error is None:
            return
        yield error
        error = error.__cause__


def _unheard(error: BaseException, asked: Asked, *, started: bool) -> ProviderError:
    import httpx2

    where = origin(asked.url)
    if isinstance(error, httpx2.ReadTimeout | httpx2.WriteTimeout):
        return TimedOut(
            f"{where} said nothing for too long, so the request was given up; "
            "try again, or with a shorter prompt.",
            provider=asked.provider,
        )
    if started:
        return dropped(asked)
    return ConnectionFailed(
        f"Could not reach {where}: is the server running?", provider=asked.provider
    )


def _answered(answer: ErrorAnswer, asked: Asked) -> NbStreamError:
    said = shown(answer.text, asked.key)
    said = f" It said: {said}" if said else ""
    name, kinds, status = asked.provider, answer.kinds, answer.status
    number = f" ({status})" if status else ""
    kind, sentence, recoverable = ProviderError, "", None

    if kinds & {"context_length_exceeded", "exceed_context_size_error", "request_too_large"} or (
        status in {None, 400, 413, 422} and _CONTEXT.search(answer.text)
    ):
        kind = ContextTooLong
        sentence = f"The prompt is too long for {asked.model}; shorten it or name another model."
    elif kinds & {"insufficient_quota", "billing_error"} or status == 402:
        kind, recoverable = RateLimited, False
        sentence = f"The quota of this {name} account is used up{number}; see its billing page."
    elif kinds & {"model_not_found"} or (
        status in {400, 404, 422, None} and _no_such_model(answer, asked)
    ):
        return ModelNotFound(
            f"{name} has no model {asked.model!r}, or not for this key; "
            f"name another one as {name}/MODEL.{said}"
        )
    elif status == 401 or kinds & _NO_KEY:
        # What is said here is about the key, often with pieces of it.
        kind, said = AuthenticationFailed, ""
        sentence = f"{name} refused the API key{number}; set {asked.key_variable} to a valid one."
    elif status == 403 or "permission_error" in kinds:
        kind = AuthenticationFailed
        sentence = f"{name} does not allow this key to do that{number}; use another key or model."
    elif status == 429 or kinds & {"rate_limit_error", "rate_limit_exceeded"}:
        kind = RateLimited
        sentence = f"{name} takes no more requests for now{number}; try again in a while."
    elif status == 404:
        sentence = f"{origin(asked.url)} has nothing at this address (404); check the base URL."
    elif status == 408 or "timeout_error" in kinds:
        kind = TimedOut
        sentence = f"{name} gave the request up because it took too long{number}; try again."
    elif (status or 0) >= 500 or kinds & _BUSY:
        kind = Overloaded
        sentence = f"{name} is overloaded or out of order{number}; try again in a while."
    else:
        recoverable = status == 409
        sentence = f"{name} refused the request{number}."
    return kind(
        sentence + said,
        provider=name,
        status=status,
        request_id=answer.request_id,
        retry_after_s=answer.wait_s,
        recoverable=recoverable,
    )


_NO_KEY = frozenset({"authentication_error", "invalid_api_key", "api_key_invalid"})
_BUSY = frozenset({
    "overloaded_error", "api_error", "server_error", "internal_error", "internal_server_error",
    "service_unavailable", "unavailable_error", "unavailable", "engine_overloaded",
})  # fmt: skip


def _no_such_model(answer: ErrorAnswer, asked: Asked) -> bool:
    if _NO_MODEL.search(answer.text):
        return True
    # Anthropic says "model: NAME" and no more. A wrong path is a 404 as well.
    named = bool(asked.model) and asked.model in answer.text
    return answer.status == 404 and (named or answer.text.lower().startswith("model"))
