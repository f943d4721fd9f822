"""One `%%generate` cell in terminal IPython: the text streams to the terminal."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from ..api import remember
from ..generation import Generation
from ..session import Session, Sink
from ..sinks.tee import tee
from ..sinks.terminal import terminal_sink
from .interrupt import Cancelled
from .loop import background_loop
from .wait import wait_until


def run_in_terminal(session: Session, *, more: Sequence[Sink] = ()) -> Generation:
    """Print the stream as it comes and return what it came to.

    Blocks until the end; raises `Cancelled` after Ctrl-C, with `nbstream.last` set.
    """
    done = threading.Event()

    async def run() -> None:
        try:
            with terminal_sink() as sink:
                await session.run(tee(sink, *more))
        finally:
            done.set()

    running = asyncio.run_coroutine_threadsafe(run(), background_loop())
    interrupted = wait_until(done, on_interrupt=session.cancel)
    running.result()
    generation = remember(session)
    if interrupted:
        raise Cancelled
    return generation
