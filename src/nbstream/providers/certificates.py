"""Whose certificates are trusted, and what to do about one that is not."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path

from ..errors import UsageError

# Those of other tools add to what is trusted; these two, OpenSSL's own, replace it.
_OTHERS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_OPENSSLS = ("SSL_CERT_FILE", "SSL_CERT_DIR")

# OpenSSL's words and X509_verify_cert's numbers.
_NO_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"}
_EXPIRED, _NOT_YET, _OTHER_HOST = 10, 9, (62, 64)


def trust() -> ssl.SSLContext:
    """What an HTTP client trusts: certifi's authorities, or those that SSL_CERT_FILE and
    SSL_CERT_DIR name, and those of REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE. Raises UsageError where
    one of them names no certificates."""
    return _read(*(_named(variable) for variable in (*_OPENSSLS, *_OTHERS)))


_Named = tuple[str, str, int] | None
"""A variable, its path, and when that was last written (ns)."""


def _named(variable: str) -> _Named:
    path = os.environ.get(variable)
    if not path:
        return None
    try:
        return variable, path, Path(path).stat().st_mtime_ns
    except OSError:
        raise _names_none(variable, path) from None


@lru_cache(maxsize=4)
def _read(*named: _Named) -> ssl.SSLContext:
    # Kept, as reading a system's authorities takes some 30 ms for each file, and each client asks.
    import httpx2

    try:
        context = httpx2.create_ssl_context()
    except OSError:
        raise _names_none("SSL_CERT_FILE", os.environ.get("SSL_CERT_FILE", "")) from None
    read = {path for _, path, _ in filter(None, named[: len(_OPENSSLS)])}
    for variable, path, _ in filter(None, named[len(_OPENSSLS) :]):
        if path in read:
            continue
        read.add(path)
        try:
            context.load_verify_locations(**{"capath" if Path(path).is_dir() else "cafile": path})
        except OSError:
            raise _names_none(variable, path) from None
    return context


def _names_none(variable: str, path: str) -> UsageError:
    return UsageError(
        f"{variable} names {path!r}, where no certificates are: set it to a file of them (PEM), or"
        " unset it."
    )


def distrust(error: ssl.SSLError) -> str:
    """Why no encrypted connection came about, and what to do, after `Could not reach …: `."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        if error.reason in _NO_TLS:
            return "it does not speak TLS; is its address one with http://?"
        return f"no encrypted connection came about ({error.reason}); check the address."
    if error.verify_code in _OTHER_HOST:
        return "its certificate is for another name; check the address."
    if error.verify_code in (_EXPIRED, _NOT_YET):
        return "its certificate does not hold today; check this machine's clock."
    return (
        "no authority known here has signed its certificate. A company's proxy or server has one of"
        " its own: set SSL_CERT_FILE (or REQUESTS_CA_BUNDLE) to the file with that authority's"
        " certificates, in PEM."
    )
