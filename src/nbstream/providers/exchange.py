"""One request and its streamed answer over an SDK's client, whichever SDK it is."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any, Protocol

from ..costs import cost_usd
from ..events import ToolCallDelta, Usage
from ..provider import ProviderEvent, Stop
from .call_limits import CallLimits
from .failures import Asked, dropped, failure, nonsense, without_frames

Connect = Callable[[], AbstractAsyncContextManager[Any]]
"""Lends the SDK's asynchronous client. The SDKs' clients share no base class."""


class Answer(Protocol):
    """An answer that comes in chunks. `headers` is None until they are there."""

    @property
    def headers(self) -> Mapping[str, str] | None: ...

    def __aiter__(self) -> AsyncIterator[Any]: ...


Open = Callable[[], AbstractAsyncContextManager[Answer]]
"""Sends the request; its connection is closed with it."""


class Reading(Protocol):
    """The pure part of an adapter: the answer's chunks in, events out."""

    request_id: str

    @property
    def stop(self) -> Stop | None:
        """The terminal marker, once it was read."""
        ...

    def read(self, chunk: Any) -> list[ProviderEvent]:
        """What the chunk says. Raises TypeError and its like where it is of another shape."""
        ...


async def load(module: str) -> None:
    """Import `module`, which takes a second the first time; the loop goes on meanwhile, so that
    the wait can be seen and cancelled."""
    if module not in sys.modules:
        await asyncio.to_thread(import_module, module)


def post(connect: Connect, sdk: str, path: str, body: dict[str, Any]) -> Open:
    """Post `body` through a client of the SDKs that have `post`, their door to endpoints they have
    no method for. Their own methods build a pydantic model of every chunk, which is three quarters
    of a chunk's cost; transport, errors and decoding of the stream are the same."""

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Answer]:
        async with connect() as client:
            stream_class = import_module(sdk).AsyncStream[object]
            sent = client.post(
                path, cast_to=object, body=body, stream=True, stream_cls=stream_class
            )
            async with await sent as stream:
                yield _Posted(stream)

    return opened


class _Posted:
    def __init__(self, stream: Any) -> None:
        self.headers: Mapping[str, str] = stream.response.headers
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[Any]:
        return aiter(self._stream)


async def exchange(open_: Open, reading: Reading, asked: Asked) -> AsyncGenerator[ProviderEvent]:
    """Send the request and yield what `reading` makes of the answer, `Stop` last.

    The connection is kept for the next request where the answer came to its end, else closed.
    """
    failed: Exception
    answer: Answer | None = None
    chunk: object = None
    calls = CallLimits()
    is_empty = True
    try:
        async with open_() as answer:
            async for chunk in answer:
                if is_empty:
                    is_empty = False
                    reading.request_id = _request_id(answer)
                for event in reading.read(chunk):
                    if isinstance(event, ToolCallDelta):
                        calls.check(event, asked.provider)
                    if isinstance(event, Usage) and asked.price is not None:
                        cost = cost_usd(event, asked.price, asked.counting)
                        yield replace(event, cost_usd=cost)
                    else:
                        yield event
        if reading.stop is not None:
            yield reading.stop
            return
        other_kind = _other_kind(answer) if is_empty else ""
        if other_kind:
            failed = nonsense(asked, other_kind)
        else:
            failed = dropped(asked, _request_id(answer) or None)
    except (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt) as error:
        raise error.with_traceback(None) from None
    except Exception as error:
        started = answer is not None and answer.headers is not None
        other_kind = _other_kind(answer) if started and is_empty else ""
        known = failure(error, asked, started=started, kind=other_kind)
        failed = without_frames(error) if known is None else known
        # It may hold a key that the server echoes, and a traceback shows what is in this frame.
        chunk = None
    # Outside of the `except`, so that the SDK's exception does not hang on as the context.
    raise failed


def _request_id(answer: Answer) -> str:
    headers = answer.headers or {}
    return headers.get("request-id") or headers.get("x-request-id") or ""


def _other_kind(answer: Answer | None) -> str:
    """The answer's content type, or empty if it is an event stream."""
    headers = (answer.headers if answer is not None else None) or {}
    kind = headers.get("content-type", "").partition(";")[0]
    return "" if kind == "text/event-stream" else kind or "no content type"
