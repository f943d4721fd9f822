"""One `%%generate` cell in a notebook, which runs until its stream has ended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from ..api import remember
from ..generation import Generation
from ..session import Session, Sink
from .audience import is_watched
from .final_output import FinalOutput
from .interrupt import GIVEN_UP, PATIENCE_S, Cancelled, Interrupts
from .look import Look
from .loop import background_loop
from .output import CellOutput
from .wait import wait_under


def run_in_notebook(
    session: Session,
    look: Look = Look(),  # noqa: B008 - frozen
    *,
    more: Sequence[Sink] = (),
) -> Generation:
    """Show the stream in this cell's output and return what it came to.

    Blocks until the end; raises `Cancelled` after an interrupt, with `nbstream.last` set. `more`
    sinks get the frames too.
    """
    with Interrupts(session.cancel, patience_s=PATIENCE_S) as interrupts:
        generation = _shown(session, look, more, interrupts)
    if interrupts.seen:
        raise Cancelled.after(generation)
    return generation


def _shown(
    session: Session, look: Look, more: Sequence[Sink], interrupts: Interrupts
) -> Generation:
    output = CellOutput(session, look) if look.keep or is_watched() else FinalOutput(session, look)
    done = threading.Event()

    async def run() -> None:
        try:
            await output.run(more)
        finally:
            done.set()

    running = asyncio.run_coroutine_threadsafe(run(), background_loop())
    try:
        wait_under(interrupts, done)
    except KeyboardInterrupt:
        running.add_done_callback(lambda _: remember(session))
        raise Cancelled(GIVEN_UP) from None
    running.result()
    return output.settle()
