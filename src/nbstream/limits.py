"""How much one stream may take, and how many may run at once."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """A stream that passes `max_seconds` or `max_chars` ends as truncated with what it had; one
    that says nothing for `max_idle_seconds` has failed (`errors.Stalled`). None is no limit."""

    max_seconds: float | None = None
    max_chars: int | None = 32_000_000
    max_idle_seconds: float | None = 300.0


class Allowance:
    """How many characters may still come; None is no limit."""

    __slots__ = ("_left",)

    def __init__(self, characters: int | None) -> None:
        self._left = characters

    def take(self, text: str) -> str:
        """As much of the text as may still come."""
        if self._left is None:
            return text
        kept = text if len(text) <= self._left else text[: self._left]
        self._left -= len(kept)
        return kept


class Slots:
    """At most `count` streams at once; the others wait in the order they came.

    Safe from any thread and any event loop: a notebook's streams run on the background loop, a
    script's on its own.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._queue: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = deque()
        self._lock = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether a stream that came now would have to wait."""
        return self._free <= 0

    @asynccontextmanager
    async def slot(self) -> AsyncGenerator[None]:
        """Hold one slot for the length of the block."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] | None = None
        with self._lock:
            if self._free > 0:
                self._free -= 1
            else:
                turn = loop.create_future()
                self._queue.append((loop, turn))
        if turn is not None:
            await self._wait(loop, turn)
        try:
            yield
        finally:
            self._release()

    async def _wait(self, loop: asyncio.AbstractEventLoop, turn: asyncio.Future[None]) -> None:
        try:
            await turn
        except asyncio.CancelledError:
            with self._lock:
                try:
                    self._queue.remove((loop, turn))
                    handed_over = False
                except ValueError:
                    handed_over = True
            if handed_over:
                self._release()
            raise

    def _release(self) -> None:
        with self._lock:
            while self._queue:
                loop, turn = self._queue.popleft()
                try:
                    loop.call_soon_threadsafe(_give, turn)
                except RuntimeError:  # its loop was closed: nobody waits any more
                    continue
                return
            self._free += 1


class Gate:
    """What a provider's streams go through: so many at once, and so many a minute."""

    def __init__(self, streams: int = 8, per_minute: float | None = None) -> None:
        self.slots = Slots(streams)
        self._every_s = 60.0 / per_minute if per_minute else 0.0
        self._next_s = 0.0
        self._lock = threading.Lock()

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next stream may begin; it counts as begun then."""
        with self._lock:
            begins_s = max(now_s, self._next_s)
            self._next_s = begins_s + self._every_s
            return begins_s - now_s


def _give(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
