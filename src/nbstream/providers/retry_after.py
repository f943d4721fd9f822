"""How long a provider asks to be left alone, from its answer's headers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

_LONGEST_S = 7 * 24 * 3600.0


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds from `now` (Unix time), or None where the headers do not say or make no sense.

    Reads `retry-after-ms`, then `retry-after` as seconds or as an HTTP date (RFC 9110, 10.2.3).
    `headers` are looked up in lower case. A time in the past and more than a week are no sense.
    """
    for value in (_number(headers.get("retry-after-ms"), 1000), _retry_after(headers, now)):
        if value is not None and 0 < value <= _LONGEST_S:
            return value
    return None


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    text = headers.get("retry-after")
    seconds = _number(text, 1)
    if seconds is not None or not text:
        return seconds
    try:
        at = parsedate_to_datetime(text)
        # An HTTP date without a zone, as C's asctime writes it, is one of UTC.
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return None


def _number(text: str | None, divisor: int) -> float | None:
    try:
        value = float(text) / divisor if text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
