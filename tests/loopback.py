"""A provider on 127.0.0.1 whose every byte the test decides, and which sees its client leave.

    async with Loopback(Answer([b"data: …\\n\\n", DROP])) as server:
        … server.url, server.requests[0].body, await server.requests[0].closed.wait()

`LoopbackThread` is the same for tests without a loop; `python -m tests.speaking` runs one as a
process. Times are `time.perf_counter()` seconds, which on Linux all processes share.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from tests.answers import DROP, RESET, STALL, Act, Answer, Received, Step

__all__ = [
    "DROP", "RESET", "STALL", "Answer", "Loopback", "LoopbackThread", "Received", "Step",
]  # fmt: skip

Script = Callable[[Received], Answer]


class Loopback:
    """Answers the nth request with the nth answer, and every later one with the last."""

    def __init__(self, *answers: Answer, script: Script | None = None) -> None:
        self.answers: list[Answer] = list(answers)
        self.script = script
        self.requests: list[Received] = []
        self.port = 0
        self.connections = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The server's address without a path."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def _answer(self, request: Received) -> Answer:
        if self.script is not None:
            return self.script(request)
        return self.answers[min(len(self.requests), len(self.answers)) - 1]

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        number, request, kept = self.connections, None, True
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                while kept:
                    request = await _receive(reader)
                    request.connection = number
                    self.requests.append(request)
                    kept = await _serve(request, self._answer(request), reader, writer)
            if request is not None:
                _closed(request)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._open.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _receive(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    body: Any = None
    if raw:
        with suppress(ValueError):
            body = json.loads(raw)
    return Received(method, path, headers, body, time.perf_counter())


async def _serve(
    request: Received, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Whether the connection may bring another request."""
    sending = asyncio.ensure_future(_send(request, answer, writer))
    leaving = asyncio.ensure_future(_leave(request, reader))
    try:
        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        if sending.done() and not writer.transport.is_closing():
            if answer.keep_alive:
                return not leaving.done()
            writer.write_eof()
            await leaving
        return False
    finally:
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)


async def _leave(request: Received, reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(1024):
            pass
    _closed(request)


def _closed(request: Received) -> None:
    if not request.closed.is_set():
        request.closed_at = time.perf_counter()
        request.closed.set()


async def _send(request: Received, answer: Answer, writer: asyncio.StreamWriter) -> None:
    if not answer.silent:
        await _send_head(answer, writer)
    async for step in _steps(answer.steps):
        match step:
            case Act.DROP | Act.RESET:
                if step is Act.RESET:
                    linger = struct.pack("ii", 1, 0)
                    writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, linger
                    )
                writer.transport.abort()
                return
            case Act.STALL:
                await asyncio.Event().wait()
            case asyncio.Event():
                await step.wait()
            case float():
                await asyncio.sleep(max(0.0, step - time.perf_counter()))
            case bytes():
                request.first_byte_at = request.first_byte_at or time.perf_counter()
                for piece in _pieces(step, answer.split):
                    framed = b"%x\r\n%b\r\n" % (len(piece), piece) if answer.chunked else piece
                    writer.write(framed)
                    await writer.drain()
    if answer.chunked:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    request.ended_at = time.perf_counter()


async def _send_head(answer: Answer, writer: asyncio.StreamWriter) -> None:
    phrase = HTTPStatus(answer.status).phrase if answer.status != 529 else "Overloaded"
    headers = {**answer.headers, "connection": "keep-alive" if answer.keep_alive else "close"}
    if answer.chunked:
        headers["transfer-encoding"] = "chunked"
    lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    await writer.drain()


async def _steps(steps: Iterable[Step] | AsyncIterator[Step]) -> AsyncIterator[Step]:
    if isinstance(steps, AsyncIterator):
        async for step in steps:
            yield step
    else:
        for step in steps:
            yield step


def _pieces(data: bytes, size: int | None) -> Sequence[bytes]:
    if not data:
        return []
    if size is None:
        return [data]
    return [data[at : at + size] for at in range(0, len(data), size)]


class LoopbackThread:
    """A Loopback on a loop of its own, for tests that have none."""

    def __init__(self, *answers: Answer, script: Script | None = None) -> None:
        self.server = Loopback(*answers, script=script)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def requests(self) -> list[Received]:
        return self.server.requests

    def wait_closed(self, request: Received, timeout_s: float = 30.0) -> float:
        """The time at which the client closed, waited for."""
        self._run(asyncio.wait_for(request.closed.wait(), timeout_s))
        assert request.closed_at is not None
        return request.closed_at

    def set(self, event: asyncio.Event) -> None:
        """Let an answer that waits for the event go on."""
        self._loop.call_soon_threadsafe(event.set)

    def _run(self, work: Awaitable[Any]) -> None:
        async def done() -> None:
            await work

        asyncio.run_coroutine_threadsafe(done(), self._loop).result()

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self.server.start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self.server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
