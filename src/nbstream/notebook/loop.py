"""The one event loop, on a thread of its own, that a notebook's streams run on.

The kernel's own loop stands still while a cell runs; this one does not.
"""

from __future__ import annotations

import asyncio
import os
import threading

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_pid = 0


def background_loop() -> asyncio.AbstractEventLoop:
    """The loop, started on the first call, and again in a forked child."""
    global _loop, _pid
    with _lock:
        if _loop is None or _loop.is_closed() or _pid != os.getpid():
            _loop, _pid = asyncio.new_event_loop(), os.getpid()
            thread = threading.Thread(target=_loop.run_forever, name="nbstream-loop", daemon=True)
            thread.start()
        return _loop
