"""How a run is ended from outside of it: a cancel, a limit that is passed, a silence.

A run parks where it waits for others. An interruption cancels the task there and nowhere else, so
that what the run does of its own, writing the End above all, is never cut in two; a task that is
cancelled by its owner is told apart and goes on being cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from .events import End

T = TypeVar("T")


class Ended(Exception):
    """The run was told to end, as `end` says."""

    def __init__(self, end: End) -> None:
        super().__init__(end)
        self.end = end


class Silent(Exception):
    """What was waited for said nothing for too long."""


class Interruption:
    """Of one run. `cancel` may come from anywhere at any time, all else from the run's own loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: End | None = None
        self._cancel_asked = False
        self._parked = False
        self._struck = False
        self._is_over = False

    def cancel(self) -> None:
        """End the run as cancelled; from any thread or signal handler, any number of times."""
        # In this order either `begin` sees the wish or this sees the loop, without a lock, which a
        # signal handler could find taken.
        self._cancel_asked = True
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the run is long over
                loop.call_soon_threadsafe(self.end, End("cancelled"))

    def begin(self) -> None:
        """The run begins, in the task that calls this."""
        task = asyncio.current_task()
        assert task is not None
        self._task, self._cancels_before = task, task.cancelling()
        self._loop = asyncio.get_running_loop()
        if self._cancel_asked:
            self.end(End("cancelled"))

    def over(self) -> None:
        """The run has its end; whatever comes is too late."""
        self._is_over = True

    def end(self, end: End) -> None:
        """Have the run end so, unless it ends already."""
        if self._end is None and not self._is_over:
            self._end = end
            self._strike()

    def silence(self) -> None:
        """Cut the wait short, if there is one: who waits for nobody is not kept waiting."""
        if self._end is None:
            self._strike()

    async def park(self, start: Callable[[], Awaitable[T]]) -> T:
        """Await what may be cut short. Raises Ended, or Silent after a `silence`."""
        if self._end is not None:
            raise Ended(self._end)
        self._parked = True
        try:
            return await start()
        except asyncio.CancelledError:
            from_outside = self._task.cancelling() - self._struck > self._cancels_before
            if from_outside or not self._struck:
                raise
            if self._end is None:
                raise Silent from None
            raise Ended(self._end) from None
        except Exception:
            if self._end is None:
                raise
            raise Ended(self._end) from None  # it broke because it was cut short
        finally:
            self._parked = False
            if self._struck:
                self._struck = False
                self._task.uncancel()

    def _strike(self) -> None:
        if self._parked and not self._struck:
            self._struck = self._task.cancel()
