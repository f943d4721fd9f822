"""Waiting in a cell for work on another thread, so that it can be cancelled in every way.

A click reaches Python on the blocked main thread (`pump`), where that cannot be on a subshell's
thread (`opt_out_of_subshell_routing`), or as an interrupt (`interrupt`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from IPython.core.getipython import get_ipython

from .interrupt import Interrupts
from .pump import ShellPump

# How late the end may be noticed; a message that arrives is handled at once.
SLICE_MS = 20


def wait_until(done: threading.Event, *, on_interrupt: Callable[[], object]) -> bool:
    """Block until `done` is set, answering widgets meanwhile; True if it was interrupted.

    The first interrupt calls `on_interrupt` (in the signal handler: it only asks for the end) and
    the wait goes on until `done`; a second one raises KeyboardInterrupt. Works in a kernel, in a
    terminal, without IPython and on any thread; widgets and interrupts only on the main thread.
    """
    with Interrupts(on_interrupt) as interrupts:
        wait_under(interrupts, done)
    return interrupts.seen > 0


def wait_under(interrupts: Interrupts, done: threading.Event) -> None:
    """The same under interrupts that are already taken care of."""
    pump = _pump()
    if pump is None:
        # In slices: Windows delivers no signal to a thread that waits for a lock.
        while not done.wait(SLICE_MS / 1000):
            interrupts.check()
    else:
        with pump:
            while not done.is_set():
                pump.pump(SLICE_MS)
                interrupts.check()


def opt_out_of_subshell_routing(widget: Any, *, outlives_cell: bool = False) -> None:
    """Where no pump works: let the page's messages for `widget` arrive on the subshell it chose.

    ipykernel 7.4 sends them to the shell that last sent on the comm, which for a widget made in a
    running cell is the blocked one. With a pump that is right: on a subshell each message ends with
    an "idle", and the page then shows a kernel that is free while the cell runs. A widget that
    outlives its cell has no pump: its clicks come while any other cell runs.
    """
    if hasattr(widget.comm, "_reply_subshell_for") and (outlives_cell or _pump() is None):
        widget.comm._reply_subshell_for = None


def _pump() -> ShellPump | None:
    return ShellPump.install(getattr(get_ipython(), "kernel", None))
