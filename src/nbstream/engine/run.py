"""One run of the engine's child process, from its start to its end.

Threads, not asyncio: a run serves callers in several event loops, and outlives each of them.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

from .catalogue import EmbeddedModel

KEPT_LINES = 20
SHOWN_CHARACTERS = 200
HINTS = {
    "SIGILL": ", this processor lacks instructions the engine needs, such as AVX2",
    "SIGKILL": ", perhaps for lack of memory",
}
PACKAGE_PARENT = Path(__file__).resolve().parents[2]


class EngineRun:
    """A child process that loads `model` from `path` and serves it.

    `ready` ends with True when it serves, with False when it ended before; `gone` ends with the
    exit status (negative: the signal) when the process is over and reaped.
    """

    def __init__(self, model: EmbeddedModel, path: Path) -> None:
        self.model = model
        self.url = ""
        self.key = secrets.token_urlsafe(32)
        self.ready: Future[bool] = Future()
        self.gone: Future[int] = Future()
        self._said: deque[str] = deque(maxlen=KEPT_LINES)
        self._stopped = False
        self._process = _spawn()
        threads = (self._follow_answers, self._follow_log)
        self._threads = [threading.Thread(target=target, daemon=True) for target in threads]
        settings = {"path": str(path), "name": model.name, "n_ctx": model.n_ctx, "key": self.key}
        self._send(settings)
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """End the process now and wait until it is reaped and its threads are over."""
        self._stopped = True
        self._process.kill()
        for thread in self._threads:
            thread.join()

    def why_gone(self) -> str:
        """Why the process ended, as the middle of a sentence: its status and its last words."""
        if self._stopped:
            return "on request"
        status = self.gone.result()
        how = _signal_name(-status) if status < 0 else f"exit status {status}"
        how += HINTS.get(how, "")
        # After other signals the last words are about something earlier.
        if status < 0 and status != -signal.SIGABRT:
            return how
        last = self._said[-1][:SHOWN_CHARACTERS].strip() if self._said else ""
        return f"{how}: {last}" if last else how

    def _send(self, settings: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            # It stays open: the child ends when it closes.
            self._process.stdin.write(json.dumps(settings).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            self._said.append("it ended before it had read its settings")

    def _follow_answers(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            answer = _answer(line)
            if "url" in answer:
                self.url = answer["url"]
                self.ready.set_result(True)
            elif "error" in answer:
                self._said.append(answer["error"])
        status = self._process.wait()
        self._threads[1].join()
        self._close_pipes()
        self.gone.set_result(status)
        if not self.ready.done():
            self.ready.set_result(False)

    def _follow_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said.append(line.decode(errors="replace").replace(self.key, "…"))

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                continue


def _answer(line: bytes) -> dict[str, str]:
    """The child's answer; empty for a line of another origin, such as a user's sitecustomize."""
    try:
        answer: Any = json.loads(line)
    except ValueError:
        return {}
    return cast(dict[str, str], answer) if isinstance(answer, dict) else {}


def _spawn() -> subprocess.Popen[bytes]:
    # The child finds nbstream and the engine where this process found them.
    search_path = [str(PACKAGE_PARENT), *(entry for entry in sys.path if entry)]
    environ = os.environ | {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(search_path)),
        # Else its idle threads spin, and two on two busy cores slow each other down twentyfold.
        "OMP_WAIT_POLICY": "passive",
    }
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "nbstream.engine.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
        # Out of the kernel's process group: an interrupt there is not for the engine.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
