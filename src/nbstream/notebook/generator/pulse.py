"""Something that is done a few times a second while frames come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ...events import Frame

_EVERY_S = 0.15


class Pulse:
    """A sink that calls `beat` soon after a frame, and not again before `_EVERY_S` seconds."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self._timer: asyncio.TimerHandle | None = None

    async def __call__(self, frame: Frame) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_EVERY_S, self._now)

    def stop(self) -> None:
        """No beat comes any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _now(self) -> None:
        self._timer = None
        self._beat()
