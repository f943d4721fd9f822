"""One `%%generate` cell in a notebook: a live output while it streams, a static one after it."""

# IPython types its display functions only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

from IPython.display import DisplayHandle, display

from ..api import remember
from ..generation import Generation
from ..session import Session, Sink
from ..sinks.saved import mimebundle
from ..sinks.saved_frames import saved_frames
from ..sinks.tee import tee
from .interrupt import CANCELLED, ENDED_BEFORE, GIVEN_UP, PATIENCE_S, Cancelled, Interrupts
from .live import LiveSink
from .loop import background_loop
from .reader import Reader
from .runtime import runtime
from .wait import wait_under
from .widget import LiveWidget

_WIDGET = "application/vnd.jupyter.widget-view+json"
# A page that has not asked by then cannot get a question in while the cell runs.
_UNASKED_AFTER_S = 1.5


def run_in_notebook(
    session: Session,
    *,
    keep: bool = False,
    more: Sequence[Sink] = (),
    reader: Reader = Reader(),  # noqa: B008 - frozen
) -> Generation:
    """Show the stream in this cell's output and return what it came to.

    Blocks until the end; raises `Cancelled` after an interrupt, with `nbstream.last` set.
    `keep` leaves the live widget in place; `more` sinks get the frames too; `reader` is what the
    reader sets for the live output.
    """
    with Interrupts(session.cancel, patience_s=PATIENCE_S) as interrupts:
        generation = _shown(session, keep, more, interrupts, reader)
    if interrupts.seen:
        raise Cancelled(CANCELLED if generation.status == "cancelled" else ENDED_BEFORE)
    return generation


def _shown(
    session: Session,
    keep: bool,
    more: Sequence[Sink],
    interrupts: Interrupts,
    reader: Reader,
) -> Generation:
    loop = background_loop()
    live = LiveSink(loop, session.transcript, runtime(), reader)
    widget = LiveWidget(live, session.cancel)
    handle = _show(widget, f"{session.model} …")
    done = threading.Event()
    running = asyncio.run_coroutine_threadsafe(
        _run(session, tee(live, *more), widget, live, done), loop
    )
    try:
        wait_under(interrupts, done)
    except KeyboardInterrupt:
        running.add_done_callback(lambda _: remember(session))
        raise Cancelled(GIVEN_UP) from None
    running.result()
    generation = remember(session)
    saved = {**saved_frames(session.transcript), **mimebundle(generation)}
    # Where no page has asked, as in nbconvert, a widget would wait for its kernel for ever.
    if keep and widget.hellos:
        handle.update({**_view(widget), **saved}, raw=True)
    else:
        handle.update(saved, raw=True)
        if widget.hellos <= 1:
            # A page that was loaded anew in mid-stream ignores the update: there the widget stays.
            widget.close()
    return generation


async def _run(
    session: Session, sink: Sink, widget: LiveWidget, live: LiveSink, done: threading.Event
) -> None:
    def push_unasked() -> None:
        if not widget.hellos:
            live.push_runtime()

    timer = asyncio.get_running_loop().call_later(_UNASKED_AFTER_S, push_unasked)
    try:
        await session.run(sink)
    finally:
        timer.cancel()
        done.set()


def _show(widget: LiveWidget, plain: str) -> DisplayHandle:
    handle = display({**_view(widget), "text/plain": plain}, raw=True, display_id=True)
    assert handle is not None
    return handle


def _view(widget: LiveWidget) -> dict[str, Any]:
    return {_WIDGET: {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}}
