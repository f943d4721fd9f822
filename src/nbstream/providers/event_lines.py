"""What an event stream may be and the SDKs' decoders do not expect, put right on the way to them.

https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from __future__ import annotations

import codecs
import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from .bounds import bounded

if TYPE_CHECKING:
    from httpx2 import Response

_MARK = codecs.BOM_UTF8
_LINE_END = re.compile(rb"\r\n|\n|\r")
_OTHER_LINE_END = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_FIELD = re.compile(rb"(?:event|id|retry)(?::|$)|:")
_DATA = re.compile(rb"data: ?")


async def unmark(response: Response) -> None:
    """An HTTP response hook: the body is read without the byte order mark it may begin with, which
    the openai and anthropic SDKs take for a part of the first field's name, and no further than
    `bounded` says."""
    whole = response.aiter_bytes

    async def aiter_bytes(chunk_size: int | None = None) -> AsyncIterator[bytes]:
        head: bytes | None = b""
        async for piece in bounded(response, lambda: whole(chunk_size)):
            if head is not None:
                head += piece
                if len(head) < len(_MARK) and _MARK.startswith(head):
                    continue
                piece, head = head.removeprefix(_MARK), None
            if piece:
                yield piece
        if head:
            yield head

    vars(response)["aiter_bytes"] = aiter_bytes


async def plain_lines(response: Response) -> None:
    """An HTTP response hook for google-genai, whose decoder knows `data: ` and JSON alone, and
    takes what Unicode calls a line's end for one: it gets no other fields, no comments and no
    OpenAI-like `[DONE]`."""

    async def aiter_lines() -> AsyncIterator[str]:
        begun: list[bytes] = []
        ended = False
        async for piece in response.aiter_bytes():
            if ended and piece.startswith(b"\n"):
                piece = piece[1:]  # the second half of a line's end
            ended = piece.endswith(b"\r")
            first, *others = _LINE_END.split(piece)
            begun.append(first)
            for line in others:
                if (kept := _kept(b"".join(begun))) is not None:
                    yield kept
                begun = [line]
        if kept := _kept(b"".join(begun)):
            yield kept

    vars(response)["aiter_lines"] = aiter_lines


def _kept(line: bytes) -> str | None:
    """The line as the SDK reads it, None where it says nothing to it. Raises UnicodeDecodeError."""
    data = _DATA.match(line)
    if data is None:
        return None if _FIELD.match(line) else line.decode()
    text = line[data.end() :].decode()
    if text == "[DONE]":
        return None
    # Only in JSON's strings can they be; there an escape is the same character.
    return "data: " + _OTHER_LINE_END.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
