"""The background loop: one, on a thread of its own, there whenever it is asked for."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest

from nbstream.notebook.loop import background_loop


async def thread_name() -> str:
    return threading.current_thread().name


def test_it_is_one_loop_for_all_threads_and_runs_on_its_own():
    loops: list[asyncio.AbstractEventLoop] = []
    threads = [threading.Thread(target=lambda: loops.append(background_loop())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(loops) == {background_loop()}
    ran = asyncio.run_coroutine_threadsafe(thread_name(), background_loop())
    assert ran.result(timeout=10) == "nbstream-loop"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_gets_a_loop_of_its_own():
    background_loop()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            ran = asyncio.run_coroutine_threadsafe(thread_name(), background_loop())
            code = 0 if ran.result(timeout=10) == "nbstream-loop" else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
