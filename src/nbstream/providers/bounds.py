"""How much of an answer is taken from a server, whatever it sends: raw, and once it is decoded.

The SDKs keep a line, an event and an error's body whole, and copy an event for each of its lines.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from ..errors import ProtocolBroken
from .redaction import origin

if TYPE_CHECKING:
    from httpx2 import Request, Response

_MB = 1024 * 1024
MOST_OF_AN_EVENT = 16 * _MB
MOST_OF_AN_ERROR = 1 * _MB
_MOST_LINES = 1000
# What 64 bytes of gzip come to is at most 64 KB; other encodings know no such bound.
_SLICE = 64
_ENCODINGS = frozenset({"identity", "gzip", "x-gzip", "deflate"})


async def ask_plain(request: Request) -> None:
    """An HTTP request hook: the answer is asked for as it is, not compressed."""
    request.headers["accept-encoding"] = "identity"


def bounded(response: Response, pieces: Callable[[], AsyncIterator[bytes]]) -> AsyncIterator[bytes]:
    """The decoded `pieces` of the response's body, as far as they may go. An error's body ends at
    1 MB. Raises ProtocolBroken where a stream has an event, or another body, of more than 16 MB."""
    if response.status_code >= 400:
        return _cut(response, pieces)
    return (
        _events(response, pieces) if response.request.method == "POST" else _whole(response, pieces)
    )


async def slice_encoded(response: Response) -> None:
    """An HTTP response hook: a compressed body is decoded by small pieces. Raises ProtocolBroken
    for an encoding that nobody asked for and that has no bound."""
    import httpx2

    named = response.headers.get("content-encoding", "").lower().split(",")
    encodings = {name.strip() for name in named} - {"", "identity"}
    if not encodings:
        return
    if len(encodings) > 1 or len(named) > 1 or not encodings <= _ENCODINGS:
        raise _broken(response, "an answer compressed in a way that was not asked for")

    class Sliced(httpx2.AsyncByteStream):
        def __init__(self, stream: httpx2.AsyncByteStream) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for piece in self._stream:
                for at in range(0, len(piece), _SLICE):
                    yield piece[at : at + _SLICE]

        async def aclose(self) -> None:
            await self._stream.aclose()

    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = Sliced(response.stream)


async def _cut(
    response: Response, pieces: Callable[[], AsyncIterator[bytes]]
) -> AsyncIterator[bytes]:
    size = 0
    async for piece in pieces():
        yield piece[: MOST_OF_AN_ERROR - size]
        size += len(piece)
        if size >= MOST_OF_AN_ERROR:
            await response.aclose()
            return


async def _whole(
    response: Response, pieces: Callable[[], AsyncIterator[bytes]]
) -> AsyncIterator[bytes]:
    size = 0
    async for piece in pieces():
        size += len(piece)
        if size > MOST_OF_AN_EVENT:
            raise _broken(response, f"more than {MOST_OF_AN_EVENT // _MB} MB")
        yield piece


async def _events(
    response: Response, pieces: Callable[[], AsyncIterator[bytes]]
) -> AsyncIterator[bytes]:
    """Whole lines, so that the SDK joins nothing; what it reads of one event is bounded."""
    held: list[bytes] = []
    size = lines = 0
    async for piece in pieces():
        size += len(piece)
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1
        if end:
            held.append(piece[:end])
            whole = held[0] if len(held) == 1 else b"".join(held)
            held = [piece[end:]] if end < len(piece) else []
            blank = max(whole.rfind(b"\n\n"), whole.rfind(b"\r\r"), whole.rfind(b"\n\r\n"))
            if blank >= 0 or whole[:1] in (b"\n", b"\r"):
                blank = max(blank, 0)
                size = len(whole) - blank + len(piece) - end
                lines = 0
            lines += whole.count(b"\n", max(blank, 0)) + whole.count(b"\r", max(blank, 0))
            if lines > _MOST_LINES:
                raise _broken(response, f"an event of more than {_MOST_LINES:,} lines")
            yield whole
        else:
            held.append(piece)
        if size > MOST_OF_AN_EVENT:
            raise _broken(response, f"a line or an event of more than {MOST_OF_AN_EVENT // _MB} MB")
    if held:
        yield b"".join(held)


def _broken(response: Response, what: str) -> ProtocolBroken:
    return ProtocolBroken(
        f"{origin(str(response.url))} sent {what}, which was not read on; what came so far is kept."
        " Is the base URL that of a compatible server?"
    )
