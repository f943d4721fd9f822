"""Whether a failed attempt is tried again, and after how long: decided here, slept in session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .errors import NbStreamError

OnDrop = Literal["continue", "restart", "stop"]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long.

    `retries` attempts follow the first at the most. The wait before the nth of them is
    `first_wait_s * 2**(n-1)`, at most `longest_wait_s`, less up to a quarter by chance, so that
    many clients do not come back at once. A wait the provider asks for is taken as it is, unless
    it is longer than `longest_asked_s`: then waiting is left to the person. No attempt begins
    later than `deadline_s` after the first.

    `on_drop` says what follows a stream that broke off after its first token: `continue` it from
    the text so far, `restart` it, or `stop` with what there is; None continues where the provider
    can, else stops.
    """

    retries: int = 3
    first_wait_s: float = 0.5
    longest_wait_s: float = 8.0
    longest_asked_s: float = 60.0
    deadline_s: float = 300.0
    on_drop: OnDrop | None = None

    def wait_s(
        self, failures: int, error: NbStreamError, chance: float, elapsed_s: float = 0.0
    ) -> float | None:
        """Seconds to wait after the `failures`th failed attempt (from 1), or None to give up.

        `chance` is a random number in [0, 1), `elapsed_s` the time since the first attempt began.
        """
        if failures > self.retries:
            return None
        if not error.recoverable:
            return None
        wait_s = self._wait_s(failures, error, chance)
        return wait_s if wait_s is not None and elapsed_s + wait_s <= self.deadline_s else None

    def _wait_s(self, failures: int, error: NbStreamError, chance: float) -> float | None:
        asked = error.retry_after_s
        if asked is not None and asked > 0:
            return asked if asked <= self.longest_asked_s else None
        backoff = min(self.first_wait_s * 2.0 ** min(failures - 1, 64), self.longest_wait_s)
        return backoff * (1 - 0.25 * chance)
