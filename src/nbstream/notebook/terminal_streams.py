"""The streams of a notebook that is run from a terminal: one at a time, so that none is in another.

The first that begins is printed while it grows. One that goes on after its cell, and one that
comes beside another, is printed whole at its end, below a line that says where it is from.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from typing import Any, TextIO

from ..events import Frame, Reset, TextDelta
from ..formats import without_opening
from ..session import Sink
from ..sinks.terminal import terminal_sink
from ..snapshot import missing, snapshot
from ..transcript import Transcript
from ..wire import from_json


class _Stream:
    """What came of one stream, and whether all of it was printed."""

    def __init__(self, cell: int) -> None:
        self.cell = cell
        self.outlives_cell = False
        self.comm_id = ""  # of the widget, where that closes when the output is settled
        self.is_printed = False
        self.has_begun = False
        self.transcript = Transcript()

    def read(self, content: dict[str, Any]) -> list[Frame]:
        """The frames of a message that are new, folded."""
        frames = [from_json(frame) for frame in content["frames"]]
        if content["type"] == "snapshot":
            frames = missing(self.transcript, frames)
        elif content.get("after", self.transcript.seq) > self.transcript.seq:
            return []  # some are lost: the next snapshot has them
        frames = [frame for frame in frames if frame.seq > self.transcript.seq]
        for frame in frames:
            self.transcript.add(frame)
        return frames

    def whole(self) -> list[Frame]:
        """Frames of all that came so far."""
        return [from_json(frame) for frame in snapshot(self.transcript)]


class TerminalStreams:
    """Prints to `out` what the live widgets of a kernel are sent. One cell runs at a time."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._streams: dict[str, _Stream] = {}
        self._messages: asyncio.Queue[tuple[_Stream, dict[str, Any]]] = asyncio.Queue()
        self._printer: asyncio.Task[None] | None = None
        self._live: _Stream | None = None
        self._sink: Sink | None = None
        self._view = ExitStack()
        self._closed: set[str] = set()

    @property
    def are_writing(self) -> bool:
        """Whether a stream has not ended yet."""
        return any(stream.transcript.end is None for stream in self._streams.values())

    @property
    def are_settled(self) -> bool:
        """Whether the outputs of all answers in the background are as they stay."""
        return {stream.comm_id for stream in self._streams.values()} <= {"", *self._closed}

    def take(self, cell: int, message: dict[str, Any], *, is_running: bool) -> None:
        """Take a comm message that has to do with the cell of this index, which may have ended."""
        comm_id = message["content"]["comm_id"]
        if message["msg_type"] == "comm_close":
            self._closed.add(comm_id)
        content: dict[str, Any] = message["content"].get("data", {}).get("content") or {}
        key, outlives_cell = comm_id, not is_running
        if content.get("type") == "stream":  # one of a Generator's, which has many
            key, outlives_cell = f"{comm_id} {content['id']}", True
            content = content["message"]
        if content.get("type") not in ("frames", "snapshot"):
            return
        stream = self._streams.setdefault(key, _Stream(cell))
        stream.outlives_cell |= outlives_cell
        if content.get("background"):
            stream.outlives_cell, stream.comm_id = True, comm_id
        self._messages.put_nowait((stream, content))
        if self._printer is None:
            self._printer = asyncio.ensure_future(self._print_all())

    async def shown(self) -> None:
        """Print all that came. Raises what the printing raised."""
        printer, self._printer = self._printer, None
        if printer is None:
            return
        printed = asyncio.ensure_future(self._messages.join())
        await asyncio.wait({printed, printer}, return_when=asyncio.FIRST_COMPLETED)
        printed.cancel()
        # A printer that failed leaves its queue full for ever.
        if not printer.cancel():
            await printer

    async def end_cell(self) -> None:
        """Print all that came before a cell's end; what is still open is printed at its own."""
        try:
            await self.shown()
        finally:
            self._leave()
        for stream in self._streams.values():
            stream.outlives_cell = True
        await self._print_ended()

    async def close(self) -> None:
        """Print all that came, also of streams that will have no end, as the kernel has ended."""
        await self.end_cell()
        for stream in self._streams.values():
            await self._print_whole(stream)

    async def _print_all(self) -> None:
        while True:
            stream, content = await self._messages.get()
            try:
                await self._print(stream, content)
            finally:
                self._messages.task_done()

    async def _print(self, stream: _Stream, content: dict[str, Any]) -> None:
        frames = stream.read(content)
        waits = stream.outlives_cell or stream.is_printed
        if self._live is None and not waits and frames:
            self._live, frames = stream, stream.whole()
            self._sink = self._view.enter_context(terminal_sink(self._out, status=sys.stderr))
        if self._live is stream and self._sink is not None:
            await self._show(stream, frames, self._sink)
            if stream.transcript.end is not None:
                stream.is_printed = True
                self._leave()
        if self._live is None:
            await self._print_ended()

    def _leave(self) -> None:
        self._live = self._sink = None
        self._view.close()  # also of a stream that has not ended: its text stays

    async def _print_ended(self) -> None:
        for stream in self._streams.values():
            if stream.transcript.end is not None:
                await self._print_whole(stream)

    async def _print_whole(self, stream: _Stream) -> None:
        if stream.is_printed:
            return
        stream.is_printed, stream.has_begun = True, False
        self._out.write(f"\nCell {stream.cell + 1}, in the background:\n")
        with terminal_sink(self._out) as sink:
            await self._show(stream, stream.whole(), sink)

    async def _show(self, stream: _Stream, frames: list[Frame], sink: Sink) -> None:
        for frame in frames:
            event = frame.event
            if isinstance(event, Reset):
                stream.has_begun = False
            elif isinstance(event, TextDelta) and not stream.has_begun:
                stream.has_begun = True
                # A pipe is shown the text as it is, and draws no Markdown.
                if not self._out.isatty():
                    frame = frame._replace(event=TextDelta(without_opening(event.text)))
            await sink(frame)
