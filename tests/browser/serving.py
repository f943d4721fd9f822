"""Servers that a test begins, on a free port, and that end with it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

START_TIMEOUT_S = 90


@contextmanager
def serving(
    command: Sequence[str], folder: Path, ready: str, environment: Mapping[str, str]
) -> Iterator[str]:
    """The address of a server begun by `python -m command` with a free port, once it answers to
    `ready`, with an error perhaps. `environment` is added to this process's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    command = [sys.executable, "-m", *command, f"--port={port}"]
    with begun(command, folder, {**os.environ, **environment}, log) as process:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _answers(url + ready):
            alive = process.poll() is None and time.monotonic() < deadline
            assert alive, log.read_text()[-3000:]
            time.sleep(0.05)
        yield url


@contextmanager
def begun(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The process in `folder`, which writes to `log` and is ended, gently at first."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):
            return True
    except HTTPError:
        return True
    except OSError:
        return False
