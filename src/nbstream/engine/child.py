"""The engine's own process: `python -m nbstream.engine.child`.

Reads one JSON line of settings from standard input (``path``, ``name``, ``n_ctx``, ``key``), loads
the model, writes one JSON line to standard output, ``{"url": …}`` or ``{"error": …}``, and serves
the OpenAI and Anthropic protocols there until standard input closes. Its log goes to standard
error. The key comes by standard input because arguments and environments can be read by others.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import threading
from typing import Any

PARENT_CHECK_S = 1.0
MOST_THREADS = 8
"""More of them wait for each other longer than they work, in models as small as these."""


def server_params(xllamacpp: Any, settings: dict[str, Any]) -> Any:
    """The engine's parameters: closed to everyone without the key, quick to cancel, and sparing
    with a processor that the notebook needs as well."""
    params = xllamacpp.CommonParams()
    params.model.path = settings["path"]
    params.model_alias = {settings["name"]}
    params.n_ctx = settings["n_ctx"]
    params.offline = True
    params.verbosity = 1

    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [settings["key"]]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False

    params.n_parallel = 1
    # A cancel is noticed between batches: larger ones would make it wait for seconds.
    params.n_batch = params.n_ubatch = 64
    params.cache_ram_mib = 0
    cores = min(usable_cores(), MOST_THREADS)
    params.cpuparams.n_threads = max(1, cores - 1)
    params.cpuparams_batch.n_threads = cores
    return params


def usable_cores() -> int:
    """How many cores this process may use: containers and schedulers often allow only some."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def wait_for_the_end(parent: int) -> None:
    """Return when standard input closes or `parent` is this process's parent no more.

    The parent's own children may have inherited the other end of the pipe, so that it stays open
    when the parent dies: hence the second look.
    """
    closed = threading.Event()

    def read_to_the_end() -> None:
        with contextlib.suppress(OSError, ValueError):
            while sys.stdin.buffer.read(4096):
                pass
        closed.set()

    threading.Thread(target=read_to_the_end, daemon=True).start()
    while not closed.wait(PARENT_CHECK_S) and os.getppid() == parent:
        pass


def main() -> None:
    # Asked for before the loading, during which the parent may die.
    parent = os.getppid()
    line = sys.stdin.buffer.readline()
    if not line:
        return
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Whatever native code prints must not end up between the answers.
    os.dup2(2, 1)

    def answer(**fields: str) -> None:
        answers.write(json.dumps(fields) + "\n")
        answers.flush()

    try:
        xllamacpp = importlib.import_module("xllamacpp")
        # Held until the end: the server stops when it is collected.
        server = xllamacpp.Server(server_params(xllamacpp, json.loads(line)))
        answer(url=server.listening_address)
    except Exception as error:
        answer(error=f"{type(error).__name__}: {error}")
        sys.stderr.flush()
        os._exit(1)
    wait_for_the_end(parent)
    # Without the native clean-up, which waits for an answer that is being generated.
    os._exit(0)


if __name__ == "__main__":
    main()
