"""The model: a process on 127.0.0.1 that speaks the providers' protocols at a given pace."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[1]


class Source:
    """Talks to the process. Times in its facts are `time.perf_counter()` seconds, which on Linux
    all processes share."""

    def __init__(self, url: str) -> None:
        self.url = url

    def speak(
        self, tokens: Sequence[str], tokens_per_s: float | None, *, then_stall: bool = False
    ) -> None:
        """What it answers from now on; with `then_stall` it goes silent instead of ending."""
        stall = len(tokens) - 1 if then_stall else None
        speech = {"tokens": list(tokens), "tokens_per_s": tokens_per_s, "stall_after": stall}
        self._control("speech", speech)

    def asked(self) -> list[dict[str, Any]]:
        """Facts about every request so far."""
        return self._control("requests")["requests"]

    def last_closed(self) -> dict[str, Any]:
        """Facts about the last request, once its client has closed the connection."""
        return self._control("closed")

    def _control(self, what: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/control/{what}", data=data), timeout=60) as answer:
            return json.loads(answer.read())


@contextmanager
def source() -> Generator[Source]:
    """The process, for the length of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.speaking"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Source(json.loads(process.stdout.readline())["url"])
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()
