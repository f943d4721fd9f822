"""Frames to the page: gathered, numbered custom messages, so that each character is sent once.

Runs on the stream's own event loop and sends from its thread alone. What the page asks for
(`hello`, `sync`) may come on any thread and is answered on that loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from ..events import End, Frame, ReasoningDelta, Start, TextDelta, ToolCallDelta
from ..growing_text import GrowingText
from ..snapshot import snapshot
from ..transcript import Transcript
from ..wire import to_json
from .reader import Reader
from .runtime import Runtime, chunk

Send = Callable[[dict[str, Any], list[bytes]], None]

# About 7 messages a second: the page spreads each over the frames until the next. Each message
# has some 750 bytes of headers and names, so more of them cost more than the text itself.
_GATHER_S = 0.15
# jupyter_server drops output above 1 MB/s; stay well below it and slow the reading instead.
_BYTES_PER_S = 500_000
# More than any answer but the longest: one that comes at once, its end included, is one message,
# and one drawing.
_MOST_PENDING_BYTES = 300_000
_FRAME_BYTES = 60

_log = logging.getLogger(__name__)


class LiveSink:
    """A sink that shows a stream in a live widget.

    `loop` is the one the stream runs on, `transcript` the fold of the same stream (the session's),
    from which snapshots are made. `attach` says how a message is sent to the page. What `reader`
    sets goes with every message, so that it is there before the text it is for.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        transcript: Transcript,
        runtime: Runtime,
        reader: Reader = Reader(),  # noqa: B008 - frozen
    ) -> None:
        self._loop = loop
        self._transcript = transcript
        self._runtime = runtime
        self._settings = {"settings": reader.to_json()} if reader.to_json() else {}
        self._send: Send = _nowhere
        self._pending: list[dict[str, Any]] = []
        self._run = GrowingText()
        self._run_type: type[TextDelta] | type[ReasoningDelta] = TextDelta
        self._run_last: Frame | None = None
        self._bytes = 0
        self._sent_seq = -1
        self._last_seq = -1
        self._timer: asyncio.TimerHandle | None = None
        self._quiet_until = 0.0
        self._room = asyncio.Event()
        self._room.set()

    async def __call__(self, frame: Frame) -> None:
        """Take the next frame; waits while the page is too far behind."""
        event = frame.event
        self._last_seq = frame.seq
        if isinstance(event, TextDelta | ReasoningDelta):
            self._gather(frame, event)
        else:
            self._close_run()
            self._pending.append(to_json(frame))
            self._bytes += _FRAME_BYTES
            if isinstance(event, ToolCallDelta):
                self._bytes += _size(event.arguments)
        if isinstance(event, Start | End):
            self._flush()
        elif self._timer is None:
            delay = max(0.0, self._quiet_until - self._loop.time())
            self._timer = self._loop.call_later(delay, self._flush)
        if self._bytes > _MOST_PENDING_BYTES:
            self._room.clear()
            await self._room.wait()

    def attach(self, send: Send) -> None:
        """From now on `send(content, buffers)` sends one custom message to the page."""
        self._send = send

    def answer(self, message: dict[str, Any]) -> None:
        """Answer the page's `hello`, `sync` or `chunk`; from any thread."""
        self._loop.call_soon_threadsafe(self._answer, message)

    def say(self, content: dict[str, Any]) -> None:
        """Send one more message, after what was asked for before; from any thread."""
        self._loop.call_soon_threadsafe(self._post, content)

    def push_runtime(self) -> None:
        """Send the runtime and everything so far unasked, for where no question can get in."""
        self._loop.call_soon_threadsafe(self._answer, {"type": "hello", "runtime": ""})

    def _answer(self, message: dict[str, Any]) -> None:
        if message.get("type") == "chunk":
            name = str(message.get("name"))
            code = chunk(name)
            if code is not None:
                self._post({"type": "chunk", "name": name}, [code])
            return
        # The snapshot has what is pending: a burst goes over the wire once.
        self._drop_pending()
        if message.get("type") == "hello" and message.get("runtime") != self._runtime.hash:
            self._post({"type": "runtime", "hash": self._runtime.hash}, [self._runtime.gzipped])
        self._post({"type": "snapshot", "frames": snapshot(self._transcript), **self._settings})
        self._quiet_for(self._transcript.utf8_bytes)

    def _gather(self, frame: Frame, event: TextDelta | ReasoningDelta) -> None:
        kind = type(event)
        if self._run and kind is not self._run_type:
            self._close_run()
        self._run_type = kind
        self._run_last = frame
        self._run.append(event.text)
        self._bytes += _size(event.text)

    def _close_run(self) -> None:
        if self._run and self._run_last is not None:
            merged = Frame(self._run_last.seq, self._run_last.at_s, self._run_type(str(self._run)))
            self._pending.append(to_json(merged))
            self._run.clear()

    def _flush(self) -> None:
        """Send what is pending as one message."""
        self._close_run()
        if self._pending:
            frames = {"type": "frames", "after": self._sent_seq, "frames": self._pending}
            self._post({**frames, **self._settings})
            self._quiet_for(self._bytes)
        self._drop_pending()

    def _drop_pending(self) -> None:
        """All so far is with the page, or will be with the next message."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._run.clear()
        self._pending = []
        self._bytes = 0
        self._sent_seq = self._last_seq
        self._room.set()

    def _quiet_for(self, sent_bytes: int) -> None:
        self._quiet_until = self._loop.time() + max(_GATHER_S, sent_bytes / _BYTES_PER_S)

    def _post(self, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        try:
            self._send(content, list(buffers))
        except Exception as error:
            # A page that cannot be reached is no reason to stop: the numbers show it the gap, and
            # the text is in the saved output.
            _log.debug("A message to the page was not sent.", exc_info=error)


def _size(text: str) -> int:
    """Bytes as UTF-8."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))


def _nowhere(_content: dict[str, Any], _buffers: list[bytes]) -> None:
    """Where messages go before `attach`: the snapshot that answers the page's hello has them."""
