"""Every exception of an SDK or its transport as one of `errors`, and the sentence for it.

The SDKs' exceptions hold the request with its headers, so nothing of them is passed on but what
is named here, and callers raise the result outside of the `except` block, where nothing chains.
No SDK is imported here.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from ..errors import (
    ConnectionFailed,
    NbStreamError,
    ProtocolBroken,
    ProviderError,
    StreamDropped,
    TimedOut,
    UsageError,
)
from .address import is_loopback
from .asked import Asked
from .certificates import distrust
from .error_answer import is_error_answer, read
from .error_meaning import meaning
from .redaction import origin
from .redirects import RedirectRefused

__all__ = ["Asked", "dropped", "failure", "nonsense", "without_frames"]

# The last where it is nested too deeply.
_OF_ANOTHER_SHAPE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
_TLS = (ssl.SSLError, ssl.SSLCertVerificationError)


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
        if isinstance(cause, NbStreamError):
            return cause
        if isinstance(cause, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
            return UsageError(
                f"The base URL {origin(asked.url)!r} is not one of a server; "
                "write it as http://host:port/v1."
            )
        if isinstance(cause, RedirectRefused):
            return ConnectionFailed(
                f"{origin(asked.url)} sends the request on to {cause.target}, which is another"
                " server: it would get the prompt and the key, so nothing was sent there. If it is"
                " the one you mean, give its address as base_url (--base-url in a cell).",
                provider=asked.provider,
                recoverable=False,
            )
        if isinstance(cause, httpx2.LocalProtocolError | UnicodeEncodeError):
            return UsageError(
                f"The API key for {asked.provider} holds a character that cannot be sent; "
                f"set {asked.key_variable} again, without spaces or line ends."
            )
        if isinstance(cause, httpx2.TransportError):
            return _unheard(cause, asked, started=started)
    if is_error_answer(error):
        return meaning(read(error), asked)
    if isinstance(error, _OF_ANOTHER_SHAPE):
        return nonsense(asked, kind or type(error).__name__) if started else None
    if isinstance(error, httpx2.HTTPError | httpx2.StreamError):
        return nonsense(asked, type(error).__name__)
    return None


def without_frames(error: Exception) -> Exception:
    """The error with neither its traceback nor what led to it: both show the SDK's frames, in which
    the request stands with its headers."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def dropped(asked: Asked, request_id: str | None = None) -> StreamDropped:
    """The stream ended without its terminal marker."""
    return StreamDropped(
        f"The connection to {asked.provider} ended before the answer did; "
        "run it again for a whole answer.",
        provider=asked.provider,
        request_id=request_id,
    )


def nonsense(asked: Asked, what: str) -> ProtocolBroken:
    """The server's answer is not what its protocol says."""
    return ProtocolBroken(
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
    recoverable = None
    if isinstance(error, httpx2.ProxyError):
        why = "the proxy did not let it through; see HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
    elif (tls := next(_tls_causes(error), None)) is not None:
        recoverable = False
        why = distrust(tls)
    elif is_loopback(asked.url):
        why = "is the server running?"
    else:
        why = "check the address, and your network and its proxy."
    return ConnectionFailed(
        f"Could not reach {where}: {why}", provider=asked.provider, recoverable=recoverable
    )


def _tls_causes(error: BaseException) -> Iterator[ssl.SSLError]:
    for cause in _all_causes(error):
        # Not those of a connection that was only closed.
        if isinstance(cause, ssl.SSLError) and type(cause) in _TLS:
            yield cause


def _all_causes(error: BaseException) -> Iterator[BaseException]:
    """Those that were not named as the cause too: transports hide the socket's own there."""
    other: BaseException | None = error
    for _ in range(8):
        if other is None:
            return
        yield other
        other = other.__cause__ or other.__context__
