"""What a server sends without an end ends here, and takes no memory."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from nbstream.errors import ProtocolBroken
from tests.loopback import Answer, Loopback, Step
from tests.providers.adapters import ADAPTERS, Adapter, until_failed
from tests.speaking import sse

SENT_MB = 100
GROWN_MB = 150
BLOCK = b"x" * 1_000_000
EVENTS = {"content-type": "text/event-stream"}


async def endless(first: bytes, block: bytes = BLOCK) -> AsyncIterator[Step]:
    yield first
    for _ in range(SENT_MB * 1_000_000 // len(block)):
        yield block


def bomb(first: bytes) -> bytes:
    """Gzip that is a thousandth of what it comes to."""
    return gzip.compress(first + BLOCK * SENT_MB, 1)


async def outcome(adapter: Adapter, answer: Answer, what: str = "stream") -> dict[str, Any]:
    async with Loopback(answer) as server:
        url = f"{server.url}/v1" if adapter.name.startswith("openai") else server.url
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.providers.listener", adapter.name, url, what),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            out, _ = await asyncio.wait_for(child.communicate(), 60)
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    found: dict[str, Any] = json.loads(out)
    return found


def begun(adapter: Adapter) -> bytes:
    before, spoken, _ = adapter.framed(["kept"])
    return before + b"".join(spoken)


LINES: dict[str, Callable[[bytes], Answer]] = {
    "a line": lambda first: Answer(endless(first + b"data: ")),
    "an event of lines": lambda first: Answer(endless(first, b"data: 1\n" * 4000)),
    "a compressed line": lambda first: Answer(
        [bomb(first + b"data: ")], headers={**EVENTS, "content-encoding": "gzip"}
    ),
}


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
@pytest.mark.parametrize("kind", LINES)
async def test_a_stream_without_an_end_fails_with_one_sentence_and_keeps_its_text(
    adapter: Adapter, kind: str
) -> None:
    said = await outcome(adapter, LINES[kind](begun(adapter)))
    assert (said["status"], said["text"]) == ("failed", "kept")
    assert "which was not read on; what came so far is kept" in said["error"]
    assert said["grown_mb"] < GROWN_MB


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
@pytest.mark.parametrize("is_compressed", [False, True])
async def test_an_error_without_an_end_is_the_error_of_its_status(
    adapter: Adapter, is_compressed: bool
) -> None:
    first = b'{"error": {"message": "'
    headers = {"content-type": "application/json"}
    if is_compressed:
        answer = Answer([bomb(first)], 429, {**headers, "content-encoding": "gzip"})
    else:
        answer = Answer(endless(first), 429, headers)
    said = await outcome(adapter, answer)
    assert said["status"] == "failed"
    assert "takes no more requests for now (429)" in said["error"]
    assert len(said["error"]) < 500
    assert said["grown_mb"] < GROWN_MB


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_a_list_of_models_without_an_end_is_one_sentence(adapter: Adapter) -> None:
    listed = Answer(endless(b'{"data": ["'), headers={"content-type": "application/json"})
    said = await outcome(adapter, listed, "models")
    assert "more than 16 MB, which was not read on" in said["error"]
    assert said["grown_mb"] < GROWN_MB


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_what_is_compressed_in_a_way_nobody_asked_for_is_refused(adapter: Adapter) -> None:
    for encoding in ("br", "zstd", "gzip, gzip"):
        async with Loopback(Answer([b"x"], headers={**EVENTS, "content-encoding": encoding})) as it:
            _, error = await until_failed(adapter.make(it.url))
        assert "compressed in a way that was not asked for" in str(error)
        assert it.requests[0].headers["accept-encoding"] == "identity"


def a_call(number: int, **function: str) -> bytes:
    call = {"index": number, "id": f"c{number}", "function": {"name": "find", **function}}
    return sse({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})


@pytest.mark.parametrize(
    ("calls", "what"),
    [
        ([a_call(number) for number in range(300)], "more than 256 tools"),
        ([a_call(0, name="x" * 257)], "a name or id of more than 256 characters"),
        ([a_call(0, arguments="x" * 500_000)] * 9, "with more than 4,000,000 characters"),
    ],
)
async def test_tools_are_called_no_more_than_an_answer_would(calls: list[bytes], what: str) -> None:
    adapter = ADAPTERS[0]
    async with Loopback(Answer([begun(adapter), *calls])) as server:
        text, error = await until_failed(adapter.make(server.url))
    assert text == "kept"
    assert what in str(error)
    assert isinstance(error, ProtocolBroken)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_an_event_nested_without_an_end_is_one_sentence(adapter: Adapter) -> None:
    deep = adapter.nonsense(b'{"a":' * 100_000)
    async with Loopback(Answer([begun(adapter), deep])) as server:
        text, error = await until_failed(adapter.make(server.url))
    assert text == "kept"
    assert isinstance(error, ProtocolBroken)
