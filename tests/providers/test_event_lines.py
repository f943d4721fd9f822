"""Event streams that are legal and seldom: every adapter reads them as the plain one."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pytest

from nbstream.provider import Stop
from tests.loopback import Answer, Loopback
from tests.providers.adapters import ADAPTERS, Adapter, gather, text_of

TOKENS = ["One ", "two ", "three."]


def lines_end(end: bytes) -> Callable[[bytes], bytes]:
    return lambda whole: whole.replace(b"\r\n", b"\n").replace(b"\n", end)


SELDOM: dict[str, Callable[[bytes], bytes]] = {
    "byte-order-mark": lambda whole: codecs.BOM_UTF8 + whole,
    "line-feeds": lines_end(b"\n"),
    "carriage-returns": lines_end(b"\r"),
    "both": lines_end(b"\r\n"),
    "comments": lambda whole: b": hello\n\n" + whole.replace(b"\n\n", b"\n\n:\n\n"),
    "no-space": lambda whole: whole.replace(b"data: ", b"data:"),
    "other-fields": lambda whole: b"id: 1\nretry: 10\n" + whole,
}


@pytest.mark.parametrize("name", SELDOM)
@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_what_an_event_stream_may_be_is_read(adapter: Adapter, name: str) -> None:
    sent = SELDOM[name](adapter.whole(TOKENS))
    async with Loopback(Answer([sent], split=1)) as server:
        events = await gather(adapter.make(server.url))
    assert text_of(events) == "".join(TOKENS)
    assert isinstance(events[-1], Stop)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_what_only_unicode_calls_a_lines_end_is_text(adapter: Adapter) -> None:
    text = "a\u2028b\u2029c\x85d"
    escaped = b"a\\u2028b\\u2029c\\u0085d"
    sent = adapter.whole([text])
    assert escaped in sent
    raw = sent.replace(escaped, text.encode())
    async with Loopback(Answer([raw], split=1)) as server:
        assert text_of(await gather(adapter.make(server.url))) == text
