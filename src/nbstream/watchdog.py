"""Notices that nothing was heard for too long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Watchdog:
    """Calls `bite` once nothing was `heard` for `idle_s` seconds; None never does.

    One timer that looks now and then: a timer for every event would cost more than the event.
    """

    def __init__(self, idle_s: float | None, bite: Callable[[], None]) -> None:
        self._idle_s = idle_s
        self._bite = bite
        self._loop = asyncio.get_running_loop()
        self._last = 0.0
        self._is_paused = False
        self._timer: asyncio.TimerHandle | None = None

    def heard(self) -> None:
        """Something came."""
        self._last = self._loop.time()
        self._is_paused = False

    def pause(self) -> None:
        """Nothing is expected until something is `heard` again."""
        self._is_paused = True

    def __enter__(self) -> Watchdog:
        self.heard()
        if self._idle_s is not None:
            self._look_in(self._idle_s)
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look_in(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self._look)

    def _look(self) -> None:
        assert self._idle_s is not None
        left_s = self._last + self._idle_s - self._loop.time()
        if left_s > 0:
            self._look_in(left_s)
            return
        self._look_in(self._idle_s)
        if not self._is_paused:
            self._bite()
