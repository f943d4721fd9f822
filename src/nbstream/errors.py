"""Every failure nbstream reports, as one small tree.

    NbStreamError
    ├── UsageError             the caller's mistake: a flag, a value, an empty prompt
    ├── ModelNotFound          no such provider or model
    ├── MissingKey             the provider needs a key and none is set
    ├── EngineError            the embedded model could not be fetched or started
    └── ProviderError          the provider answered with an error, or did not answer
        ├── AuthenticationFailed   the key was refused
        ├── RateLimited            too many requests: wait
        ├── QuotaExceeded          what was paid for is used up: waiting does not help
        ├── ContextTooLong         the prompt does not fit the model
        ├── ContentRefused         the provider does not take what was asked for
        ├── Overloaded             the provider is out of capacity
        ├── ConnectionFailed       the server was not reached
        ├── TimedOut               it was reached and said nothing for too long
        ├── Stalled                the stream began and then said nothing for too long
        ├── StreamDropped          the stream ended without its terminal marker
        ├── InvalidAnswer          the answer is not what its schema wants
        └── ProtocolBroken         what the server sent is no answer of the provider's kind

One class for each thing a caller does differently. `str(error)` is one sentence for a person:
what was wrong, with the value, and what to do next. It never holds a key, a header or a query.
"""

from __future__ import annotations

from collections.abc import Iterator


class NbStreamError(Exception):
    """Root of the tree. `str(error)` is a sentence to show to a person as it is.

    Every failure has the same facts, where they are known: `provider` as users write it, the HTTP
    `status`, the provider's `request_id`, `retry_after_s` as the seconds it asked to be left alone
    for, and `recoverable`: whether the same request may succeed if it is sent again.
    """

    default_recoverable = False

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        status: int | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
        recoverable: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.provider = provider
        self.status = status
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.recoverable = self.default_recoverable if recoverable is None else recoverable

    @property
    def code(self) -> str:
        """The class as a stable kebab-case word, for example ``rate-limited``."""
        return _code(type(self))


def of_code(
    code: str,
    message: str,
    *,
    provider: str = "",
    request_id: str | None = None,
    recoverable: bool | None = None,
) -> NbStreamError:
    """The failure whose `code` was told, for example in a recording's last frame; a ProviderError
    where there is no such code."""
    kinds = {_code(kind): kind for kind in _kinds(NbStreamError)}
    kind = kinds.get(code, ProviderError)
    return kind(message, provider=provider, request_id=request_id, recoverable=recoverable)


def _kinds(kind: type[NbStreamError]) -> Iterator[type[NbStreamError]]:
    yield kind
    for narrower in kind.__subclasses__():
        if narrower.__module__ == __name__:
            yield from _kinds(narrower)


def _code(kind: type[NbStreamError]) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__).lstrip("-")


class UsageError(NbStreamError):
    """The caller's mistake; nothing was sent."""


class ModelNotFound(NbStreamError):
    """No such provider or model."""


class MissingKey(NbStreamError):
    """The provider needs an API key and none is set."""


class EngineError(NbStreamError):
    """The embedded engine or its model could not be fetched, started or kept running."""


class ProviderError(NbStreamError):
    """The provider failed."""


class AuthenticationFailed(ProviderError):
    """The key was refused (401, 403)."""


class RateLimited(ProviderError):
    """Too many requests (429)."""

    default_recoverable = True


class QuotaExceeded(ProviderError):
    """What the account may use is used up (402, or a 429 that says so)."""


class ContextTooLong(ProviderError):
    """The prompt does not fit into the model's context: it has `tokens`, with the answer's where
    the provider counts them, and at most `limit` fit; None where the provider does not say."""

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        status: int | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
        recoverable: bool | None = None,
        tokens: int | None = None,
        limit: int | None = None,
    ) -> None:
        super().__init__(
            message,
            provider=provider,
            status=status,
            request_id=request_id,
            retry_after_s=retry_after_s,
            recoverable=recoverable,
        )
        self.tokens = tokens
        self.limit = limit


class ContentRefused(ProviderError):
    """The provider's filter or policy refuses the prompt, or the answer it was about to give."""


class Overloaded(ProviderError):
    """The provider is out of capacity or broken for now (5xx, 529)."""

    default_recoverable = True


class ConnectionFailed(ProviderError):
    """The server was not reached."""

    default_recoverable = True


class TimedOut(ProviderError):
    """The server was reached and said nothing for too long."""

    default_recoverable = True


class Stalled(ProviderError):
    """The stream said nothing for longer than `max_idle_seconds`."""

    default_recoverable = True


class StreamDropped(ProviderError):
    """The stream ended without its terminal marker: what came may be only a part."""

    default_recoverable = True


class InvalidAnswer(ProviderError):
    """The answer came whole and is not what its schema wants, however often it was asked for."""


class ProtocolBroken(ProviderError):
    """What the server sent is no answer of the provider's kind."""
