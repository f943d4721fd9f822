"""Work that nobody can stop, in a thread or process of its own that is waited for only so long."""

from __future__ import annotations

import asyncio
import contextvars
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Started = Callable[[subprocess.Popen[bytes]], object]
"""Called with each process that the work starts, to be killed when it is given up."""

LIMIT_S = 10.0
_PACKAGE_PARENT = Path(__file__).resolve().parents[1]


async def aside(work: Callable[[Started], T], limit_s: float) -> T:
    """The work's result, from a thread of its own. Raises what it raises, and TimeoutError after
    `limit_s` seconds; then, and after a cancel, its processes are killed and the thread, which
    cannot be, ends no program's end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    processes: list[subprocess.Popen[bytes]] = []

    def settle(settled: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(lambda: None if done.done() else settled())

    def run() -> None:
        try:
            result = work(processes.append)
        except Exception as error:
            failed = error  # the name of the other goes with its clause
            settle(lambda: done.set_exception(failed))
        else:
            settle(lambda: done.set_result(result))

    # By the system's clock, whatever the loop's is.
    timer = threading.Timer(limit_s, settle, [lambda: done.set_exception(TimeoutError())])
    timer.daemon = True
    timer.start()
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run,), daemon=True).start()
    try:
        return await done
    finally:
        timer.cancel()
        for process in processes:
            process.kill()


def ask_process(
    module: str, question: dict[str, Any], limit_s: float, started: Started
) -> dict[str, Any]:
    """What `python -m module` answers to the question, each a line of JSON; blocks meanwhile.
    Raises TimeoutError after `limit_s` seconds, and OSError where it cannot be started or gives no
    answer."""
    # It finds nbstream and its libraries where this process found them.
    places = [str(_PACKAGE_PARENT), *(place for place in sys.path if place)]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(places))},
        # Out of the kernel's process group: an interrupt there is not for it.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    started(process)
    try:
        answer, _ = process.communicate(json.dumps(question).encode() + b"\n", limit_s)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
    try:
        return json.loads(answer.splitlines()[-1])
    except (IndexError, ValueError):
        raise OSError(None, f"it ended with status {process.returncode}") from None
