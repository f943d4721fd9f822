"""The interrupt (the stop button, I I, Ctrl-C) as a way to cancel what a cell waits for."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..generation import Generation

CANCELLED = "Interrupted: the generation was cancelled and the text so far is kept."
NOTHING_CAME = "Interrupted: the generation was cancelled before any text came."
NOT_BEGUN = "Interrupted before the generation began."
ENDED_BEFORE = "Interrupted: the answer had ended before and is kept."
GIVEN_UP = "Interrupted again: the stream is left to end by itself; then it is nbstream.last."
# Interrupts that come so soon after the first are the same wish, by an impatient hand.
PATIENCE_S = 1.0


class Cancelled(KeyboardInterrupt):
    """Ends a cell whose generation was interrupted.

    It shows as one line in every front end, and as any interrupt does, it makes the kernel abort
    the cells queued behind this one.
    """

    def __init__(self, message: str = CANCELLED) -> None:
        super().__init__(message)

    @classmethod
    def after(cls, generation: Generation) -> Cancelled:
        """For an interrupted cell whose generation has ended."""
        if generation.status != "cancelled":
            return cls(ENDED_BEFORE)
        return cls(CANCELLED if generation.text else NOTHING_CAME)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


class Interrupts:
    """Context manager: the first SIGINT calls `on_interrupt`, one that comes more than `patience_s`
    seconds after it raises KeyboardInterrupt; `seen` counts them.

    `on_interrupt` runs inside the signal handler, so it must be quick and take no lock the main
    thread may hold. Where no handler can be set (another thread) this does nothing.
    """

    def __init__(self, on_interrupt: Callable[[], object], *, patience_s: float = 0.0) -> None:
        self._on_interrupt = on_interrupt
        self._patience_s = patience_s
        self._first_at = 0.0
        self._insists = False
        self._previous: Callable[[int, FrameType | None], Any] | int | None = None
        self.seen = 0

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.getsignal(signal.SIGINT)
            # None: the handler in place was not set from Python, and could not be put back.
            if self._previous is not None:
                signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def check(self) -> None:
        """Raise KeyboardInterrupt after a second interrupt, for loops to call: what the signal
        handler raises is lost where it strikes a finalizer or a callback of C code."""
        if self._insists:
            raise KeyboardInterrupt

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        self.seen += 1
        if self.seen == 1:
            self._first_at = time.monotonic()
            self._on_interrupt()
        elif time.monotonic() - self._first_at >= self._patience_s:
            self._insists = True
            self.check()
