"""One `%%generate` cell in terminal IPython: the text streams to the terminal."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from ..api import remember
from ..formats import Format
from ..generation import Generation
from ..session import Session, Sink
from ..sinks.formatted import formatted
from ..sinks.tee import tee
from ..sinks.terminal import PlainText, terminal_sink
from .interrupt import GIVEN_UP, PATIENCE_S, Cancelled, Interrupts
from .loop import background_loop
from .wait import wait_under


def run_in_terminal(
    session: Session, format: Format = "markdown", *, more: Sequence[Sink] = ()
) -> Generation:
    """Print the stream as it comes and return what it came to.

    Blocks until the end; raises `Cancelled` after Ctrl-C, with `nbstream.last` set.
    """
    done = threading.Event()

    async def run() -> None:
        try:
            is_checked = session.wanted.schema is not None
            with terminal_sink() as sink:
                bare = isinstance(sink, PlainText)
                shown = formatted(format, sink, is_checked=is_checked, bare=bare)
                await session.run(tee(shown, *more))
        finally:
            done.set()

    with Interrupts(session.cancel, patience_s=PATIENCE_S) as interrupts:
        running = asyncio.run_coroutine_threadsafe(run(), background_loop())
        try:
            wait_under(interrupts, done)
        except KeyboardInterrupt:
            running.add_done_callback(lambda _: remember(session))
            raise Cancelled(GIVEN_UP) from None
        running.result()
        generation = remember(session)
    if interrupts.seen:
        raise Cancelled.after(generation)
    return generation
