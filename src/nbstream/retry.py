"""Whether a failed attempt is tried again, and after how long: decided here, slept in session."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import NbStreamError, ProviderError


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long.

    `retries` attempts follow the first at the most. The wait before the nth of them is
    `first_wait_s * 2**(n-1)`, at most `longest_wait_s`, less up to a quarter by chance, so that
    many clients do not come back at once. A wait the provider asks for is taken as it is, unless
    it is longer than `longest_asked_s`: then waiting is left to the person.
    """

    retries: int = 3
    first_wait_s: float = 0.5
    longest_wait_s: float = 8.0
    longest_asked_s: float = 60.0

    def wait_s(self, failures: int, error: NbStreamError, chance: float) -> float | None:
        """Seconds to wait after the `failures`th failed attempt (from 1), or None to give up.

        `chance` is a random number in [0, 1).
        """
        if failures > self.retries:
            return None
        if not isinstance(error, ProviderError) or not error.recoverable:
            return None
        asked = error.retry_after_s
        if asked is not None and asked > 0:
            return asked if asked <= self.longest_asked_s else None
        backoff = min(self.first_wait_s * 2.0 ** min(failures - 1, 64), self.longest_wait_s)
        return backoff * (1 - 0.25 * chance)
