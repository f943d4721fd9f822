"""The model the browser tests ask: a loopback server that speaks chat completions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.loopback import LoopbackThread, Received
from tests.speaking import Speech

MODEL = "openai-chat/loopback-1"
# Longer than any test: whoever asks for it has to cancel.
ENDLESS = [f"word{n} " for n in range(20_000)]


class Provider:
    """`speech` is what the next and all later requests are answered with."""

    def __init__(self) -> None:
        self.speech = Speech()
        self._server = LoopbackThread(script=lambda request: self.speech.answer(request.path))
        self._before = 0

    @contextmanager
    def running(self) -> Iterator[Provider]:
        with self._server:
            yield self

    def begin(self) -> None:
        """Forget what was asked so far."""
        self._before = len(self._server.requests)
        self.speech = Speech()

    @property
    def requests(self) -> list[Received]:
        return self._server.requests[self._before :]

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"{self._server.url}/v1"

    def cell(self, flags: str = "", *, model: str = MODEL) -> str:
        """A cell's source that asks this server."""
        return f"%%generate {model} --base-url {self._server.url}/v1 {flags}\nSay something."

    def go_on(self) -> None:
        """Say what comes after `hold_after` too."""
        self._server.set(self.speech.hold)

    def left(self, request: Received) -> bool:
        """Wait for the request's client to leave; whether it left in the middle of the answer."""
        closed_at = self._server.wait_closed(request)
        return request.ended_at is None or closed_at < request.ended_at
