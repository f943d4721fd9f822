"""Generations that go on while other cells run: a handle for each, and all that are running."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Generator
from concurrent.futures import Future
from typing import Any

from ..endings import number_of
from ..events import Status
from ..generation import Generation
from ..json_text import json_so_far, partial_json
from ..session import Session
from .interrupt import Cancelled
from .loop import background_loop
from .wait import wait_until

_started: list[Background] = []
_lock = threading.Lock()
_GOES_ON = "Interrupted: the generation goes on in the background; `.cancel()` ends it."


class Background:
    """A generation that is under way, or was.

    `await` it for its Generation, or take `result()`; neither ends it when it is given up.
    """

    def __init__(self, session: Session, ending: Future[Generation]) -> None:
        self._session = session
        self._ending = ending

    @property
    def model(self) -> str:
        """`provider/model`."""
        return self._session.transcript.model or self._session.model

    @property
    def status(self) -> Status:
        """`waiting` before the first token, `streaming` after it, then how it ended."""
        return self._session.transcript.status

    @property
    def text(self) -> str:
        """The answer so far."""
        return self._session.transcript.text

    @property
    def partial(self) -> Any:
        """What the JSON in the text says so far, unchecked; None while there is none."""
        return partial_json(json_so_far(self.text))

    def cancel(self) -> None:
        """End it; what came is kept. From any thread, any number of times."""
        self._session.cancel()

    def done(self) -> bool:
        """Whether its result is there."""
        return self._ending.done()

    def result(self, timeout_s: float | None = None) -> Generation:
        """Wait for what it comes to; widgets answer meanwhile. Raises TimeoutError, and after an
        interrupt Cancelled; it goes on then."""
        loop = background_loop()
        over = threading.Event()
        self._ending.add_done_callback(lambda _: over.set())
        timer = None if timeout_s is None else threading.Timer(timeout_s, over.set)
        if timer is not None:
            timer.daemon = True
            timer.start()
        # Not set in the signal's handler: the waiting thread may hold the event's lock.
        interrupted = wait_until(over, on_interrupt=lambda: loop.call_soon_threadsafe(over.set))
        if timer is not None:
            timer.cancel()
        if self._ending.done():
            return self._ending.result()
        if interrupted:
            raise Cancelled(_GOES_ON)
        raise TimeoutError(
            f"{self.model} has not ended within {number_of(timeout_s or 0, 'second')}."
        )

    def __await__(self) -> Generator[Any, None, Generation]:
        # Whoever is cancelled in waiting does not take it along.
        return asyncio.shield(asyncio.wrap_future(self._ending)).__await__()

    def __repr__(self) -> str:
        characters = number_of(self._session.transcript.characters, "character")
        return f"<Background {self.status}: {characters}, {self.model}>"


def start(session: Session, work: Coroutine[Any, Any, Generation]) -> Background:
    """Run `work`, which runs the session, on the background loop."""
    handle = Background(session, asyncio.run_coroutine_threadsafe(work, background_loop()))
    with _lock:
        _started.append(handle)
    return handle


def running() -> tuple[Background, ...]:
    """Those that have not ended, oldest first."""
    with _lock:
        _started[:] = [handle for handle in _started if not handle.done()]
        return tuple(_started)
