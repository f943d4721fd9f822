"""One request and its streamed answer over an SDK's client, whichever SDK it is."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from importlib import import_module
from typing import Any, Protocol, cast

from ..errors import NbStreamError
from ..provider import ProviderEvent, Stop
from .failures import Asked, dropped, failure, nonsense

Connect = Callable[[], Awaitable[tuple[Any, type[Any]]]]
"""Opens the SDK's asynchronous client and says its stream class. The SDKs share no base class."""


class Reading(Protocol):
    """The pure part of an adapter: JSON objects in, events out."""

    request_id: str

    @property
    def stop(self) -> Stop | None:
        """The terminal marker, once it was read."""
        ...

    def read(self, chunk: dict[str, Any]) -> list[ProviderEvent]:
        """What the object says. Raises TypeError and its like where it is of another shape."""
        ...


async def load(module: str) -> None:
    """Import `module`, which takes a second the first time; the loop goes on meanwhile, so that
    the wait can be seen and cancelled."""
    if module not in sys.modules:
        await asyncio.to_thread(import_module, module)


async def exchange(
    connect: Connect, path: str, body: dict[str, Any], reading: Reading, asked: Asked
) -> AsyncGenerator[ProviderEvent]:
    """Post `body` and yield what `reading` makes of the answer, `Stop` last.

    The client and its connection are closed at the end, however it comes.
    """
    failed: NbStreamError
    chunk: object = None
    started = False
    try:
        client, stream_class = await connect()
        async with (
            client,
            # `post` is the SDKs' door to endpoints they have no method for. Their own methods
            # build a pydantic model of every chunk, which is three quarters of a chunk's cost;
            # transport, errors and decoding of the stream are the same.
            await client.post(
                path, cast_to=object, body=body, stream=True, stream_cls=stream_class
            ) as answer,
        ):
            started = True
            headers = answer.response.headers
            reading.request_id = headers.get("request-id") or headers.get("x-request-id") or ""
            is_empty = True
            async for chunk in answer:
                is_empty = False
                for event in reading.read(cast(dict[str, Any], chunk)):
                    yield event
        if reading.stop is not None:
            yield reading.stop
            return
        kind = headers.get("content-type", "").partition(";")[0]
        if is_empty and kind != "text/event-stream":
            failed = nonsense(asked, kind or "no content type")
        else:
            failed = dropped(asked, reading.request_id or None)
    except Exception as error:
        known = failure(error, asked, started=started)
        if known is None:
            raise
        failed = known
        # It may hold a key that the server echoes, and a traceback shows what is in this frame.
        chunk = None
    # Outside of the `except`, so that the SDK's exception does not hang on as the context.
    raise failed
