"""What the measured kernel runs: the whole path and a bare loop over the same SDK, by CPU time.

This file's text is executed in the kernel, so it imports nothing of this package.
"""

# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator

from IPython.core.getipython import get_ipython

from nbstream.events import TextDelta
from nbstream.provider import ProviderEvent, Stop
from nbstream.request import Request

PROMPT = "Say it."
TEXT = ""
"""What a long answer is made of; set before it is used."""


def whole_path(provider: str, url: str) -> float:
    """CPU seconds of this process for one `%%generate` cell, from its line to its static output."""
    shell = get_ipython()
    assert shell is not None
    began = time.process_time()
    shell.run_cell_magic("generate", f"{provider}/loopback --base-url {url} -o answer", PROMPT)
    return time.process_time() - began


async def bare_loop(provider: str, url: str) -> tuple[float, float]:
    """CPU seconds of a loop over the SDK's own stream that appends the text; and of its client's
    making, which the first includes."""
    read = {"openai-chat": _chat, "anthropic": _messages}[provider]
    began = time.process_time()
    text, made = await read(url)
    assert text
    return time.process_time() - began, made - began


async def _chat(url: str) -> tuple[str, float]:
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    client = AsyncOpenAI(
        base_url=url,
        api_key="none",
        max_retries=0,
        http_client=DefaultAsyncHttpxClient(trust_env=False),
    )
    made = time.process_time()
    text = ""
    async with client:
        async for chunk in await client.chat.completions.create(
            model="loopback",
            messages=[{"role": "user", "content": PROMPT}],
            stream=True,
            stream_options={"include_usage": True},
        ):
            if chunk.choices and chunk.choices[0].delta.content:
                text += chunk.choices[0].delta.content
    return text, made


async def _messages(url: str) -> tuple[str, float]:
    from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient

    client = AsyncAnthropic(
        base_url=url.removesuffix("/v1"),
        api_key="none",
        max_retries=0,
        http_client=DefaultAsyncHttpxClient(trust_env=False),
    )
    made = time.process_time()
    text = ""
    async with client:
        async for event in await client.messages.create(
            model="loopback",
            max_tokens=8192,
            messages=[{"role": "user", "content": PROMPT}],
            stream=True,
        ):
            if event.type == "content_block_delta" and event.delta.type == "text_delta":
                text += event.delta.text
    return text, made


class Endless:
    """A provider that says `text` so many times, in pieces of `piece` characters, as fast as it is
    read."""

    name = "endless"

    def __init__(self, text: str, times: int, piece: int) -> None:
        self._text = text
        self._times = times
        self._piece = piece

    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        size = self._piece
        for _ in range(self._times):
            for at in range(0, len(self._text), size):
                yield TextDelta(self._text[at : at + size])
            await asyncio.sleep(0)  # as a socket that is read to its end gives way
        yield Stop("stop")


def long_answer(times: int, piece: int) -> int:
    """`TEXT` so many times through the session and the live sink; returns the length."""
    from nbstream.notebook.cell import run_in_notebook
    from nbstream.request import Message
    from nbstream.session import Session

    request = Request(model="endless", messages=(Message("user", PROMPT),))
    session = Session(Endless(TEXT, times, piece), request, model="endless/endless")
    generation = run_in_notebook(session)
    assert generation.status == "complete", generation
    return generation.metrics.characters


async def long_list(times: int, piece: int) -> int:
    """The same answer as a list of its pieces, joined at the end, as a bare loop keeps it."""
    stream = Endless(TEXT, times, piece).stream(Request(model="endless", messages=()))
    pieces = [event.text async for event in stream if isinstance(event, TextDelta)]
    return len("".join(pieces))


def tell(measured: object) -> None:
    """Print it for `kernel_page.KernelPage.run`."""
    print(json.dumps(measured))
