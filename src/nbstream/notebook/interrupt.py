"""The interrupt (the stop button, I I, Ctrl-C) as a way to cancel what a cell waits for."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

CANCELLED = "Interrupted: the generation was cancelled and the text so far is kept."


class Cancelled(KeyboardInterrupt):
    """Ends a cell whose generation was interrupted.

    It shows as one line in every front end, and as any interrupt does, it makes the kernel abort
    the cells queued behind this one.
    """

    def __init__(self, message: str = CANCELLED) -> None:
        super().__init__(message)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


class Interrupts:
    """Context manager: the first SIGINT calls `on_interrupt`, each later one raises
    KeyboardInterrupt; `seen` counts them.

    `on_interrupt` runs inside the signal handler, so it must be quick and take no lock the main
    thread may hold. Where no handler can be set (another thread) this does nothing.
    """

    def __init__(self, on_interrupt: Callable[[], object]) -> None:
        self._on_interrupt = on_interrupt
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
        if self.seen > 1:
            raise KeyboardInterrupt

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        self.seen += 1
        self.check()
        self._on_interrupt()
