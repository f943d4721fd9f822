"""Recorded streams of real providers, through the real SDKs, in 7-byte chunks."""

from __future__ import annotations

import json
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from jiter import from_json

from nbstream.errors import StreamDropped
from nbstream.events import ReasoningDelta, TextDelta, ToolCallDelta, Usage
from nbstream.provider import Provider, Stop
from nbstream.providers.anthropic import Anthropic
from nbstream.providers.google import Google
from nbstream.providers.openai_chat import OpenAIChat
from nbstream.providers.openai_responses import OpenAIResponses
from nbstream.request import Message, Request
from tests.conformance.vectors import VECTORS
from tests.loopback import DROP, Answer, Loopback
from tests.providers.adapters import until_failed

STREAMS = VECTORS / "provider-streams"
# The one recording of the legacy completions API has no entry: no adapter here asks that API.
FOLDERS = ("anthropic", "openai-chat", "openai-compatible", "openai-responses", "gemini")
FILES = [
    pytest.param(folder, path, id=f"{folder}/{path.name.removesuffix('.chunks.txt')}")
    for folder in FOLDERS
    for path in sorted((STREAMS / folder).glob("*.chunks.txt"))
]
pytestmark = pytest.mark.skipif(not FILES, reason=f"no recorded streams in {STREAMS}")


DONE = b"data: [DONE]\n\n"


def framed(folder: str, lines: list[str]) -> bytes:
    """The recorded lines as the provider sent them."""
    if folder in ("anthropic", "openai-responses"):
        return "".join(f"event: {json.loads(x)['type']}\ndata: {x}\n\n" for x in lines).encode()
    if folder == "gemini":
        return "".join(f"data: {x}\r\n\r\n" for x in lines).encode()
    return "".join(f"data: {x}\n\n" for x in lines).encode() + DONE


def adapter(folder: str, url: str) -> Provider:
    if folder == "anthropic":
        return Anthropic(base_url=url, api_key="key")
    if folder == "openai-responses":
        return OpenAIResponses(base_url=f"{url}/v1", api_key="key")
    if folder == "gemini":
        return Google(base_url=url, api_key="key")
    return OpenAIChat(base_url=f"{url}/v1", api_key="key")


async def read(provider: Provider) -> dict[str, Any]:
    """What an adapter said, in the form of `expected.json`."""
    text, thinking, stop, usage = "", "", "", Usage()
    calls: dict[int, list[str]] = {}
    async with aclosing(provider.stream(Request("m", (Message("user", "Hi"),)))) as events:
        async for event in events:
            match event:
                case TextDelta():
                    text += event.text
                case ReasoningDelta():
                    thinking += event.text
                case ToolCallDelta():
                    call = calls.setdefault(event.index, ["", ""])
                    call[0] += event.name
                    call[1] += event.arguments
                case Usage():
                    usage = event
                case Stop():
                    stop = event.reason
                case _:
                    pass
    return {
        "text": text,
        "thinking": thinking,
        "stop": stop,
        "usage": {"inp": usage.input_tokens, "out": usage.output_tokens},
        "tools": list(calls.values()),
    }


def tools(folder: str, calls: list[list[str]]) -> list[dict[str, Any]]:
    if folder == "gemini":
        return [{"name": name, "args": json.loads(arguments)} for name, arguments in calls]
    if folder != "anthropic":
        return [{"name": name, "args": arguments} for name, arguments in calls]
    return [
        {"name": name, "input": from_json((arguments or "{}").encode(), partial_mode=True)}
        for name, arguments in calls
    ]


def put_together(parts: list[dict[str, Any]], got: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gemini's calls as they are wanted. Deliberately other than the SDK reads them: it gives each
    piece of a call as a call without a name and without the arguments, which are in the pieces'
    paths; here a call is one, with its arguments (`test_gemini_chunks` says which)."""
    named = [part for part in parts if part["name"]]
    return [
        part if part["args"] is not None else {**part, "args": call["args"]}
        for part, call in zip(named, got, strict=True)
    ]


@pytest.mark.parametrize(("folder", "path"), FILES)
async def test_a_recorded_stream_reads_as_its_sdk_reads_it(folder: str, path: Path) -> None:
    expected = json.loads((STREAMS / "expected.json").read_text("utf-8"))
    wanted = expected[f"{folder}~{path.name}~0"]
    lines = path.read_text("utf-8").splitlines()  # noqa: ASYNC240 - nothing else runs yet
    async with Loopback(Answer([framed(folder, lines)], split=7)) as server:
        if "error" in wanted:
            _, error = await until_failed(adapter(folder, server.url))
            assert wanted["message"].split(".")[0] in str(error)
            return
        got = await read(adapter(folder, server.url))
    got["tools"] = tools(folder, got["tools"])
    if folder == "gemini":
        wanted["tools"] = put_together(wanted["tools"], got["tools"])
    # What it says of Responses has no thinking and no tools.
    told = got.keys() & wanted.keys()
    assert told >= {"text", "stop", "usage"}
    assert {name: got[name] for name in told} == {name: wanted[name] for name in told}


DROPPED = [
    ("anthropic", "vercel-anthropic__anthropic-message-delta-input-tokens.chunks.txt"),
    ("anthropic", "vercel-anthropic__anthropic-text.chunks.txt"),
    ("openai-compatible", "vercel-mistral__mistral-text.chunks.txt"),
]


@pytest.mark.parametrize(("folder", "name"), DROPPED)
async def test_a_recorded_stream_dropped_after_any_event_keeps_its_text(
    folder: str, name: str
) -> None:
    lines = (STREAMS / folder / name).read_text("utf-8").splitlines()
    pieces = [framed(folder, lines[: n + 1]).removesuffix(DONE) for n in range(len(lines))]
    async with Loopback(*(Answer([sent, DROP]) for sent in pieces[:-1])) as server:
        texts: list[str] = []
        for _ in pieces[:-1]:
            text, error = await until_failed(adapter(folder, server.url))
            assert isinstance(error, StreamDropped)
            texts.append(text)
    async with Loopback(Answer([pieces[-1]])) as server:
        whole = (await read(adapter(folder, server.url)))["text"]
    assert whole
    assert texts == sorted(texts, key=len)
    assert all(whole.startswith(text) for text in texts)
    assert texts[-1] == whole
