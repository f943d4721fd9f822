"""What each adapter costs over a bare loop on the same SDK: CPU, and time to the first token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing
from statistics import median

from nbstream import api, providers
from nbstream.events import Frame, TextDelta
from nbstream.provider import Provider
from nbstream.request import Message, Request

from .answer import answer, tokens
from .bare_loops import PROMPT, BareLoop, Heard, Text, bare_loops
from .figures import Figure, Row
from .source import Source, source

RUNS = 5
TOKENS = 2_000
TOKENS_PER_S = 2_000
CPU_BOUND = 1.3
FIRST_RUNS = 41
FIRST_BOUND_MS = 5.0


def measure() -> Iterator[Row]:
    """In this process, whose SDKs are loaded and whose clients are kept; runs take turns."""
    with source() as model:
        yield from asyncio.run(_all(model))


async def _all(model: Source) -> list[Row]:
    rows: list[Row] = []
    async with AsyncExitStack() as held:
        bare = await bare_loops(model.url, held)
        model.speak(tokens(answer(), TOKENS), TOKENS_PER_S)
        for name, loop in bare.items():
            rows.append(await _cpu(name, loop, model.url))
        model.speak(["One ", "two."], None)
        for name, loop in bare.items():
            rows.append(await _first_token(name, loop, model.url))
    return rows


async def _cpu(name: str, loop: BareLoop, url: str) -> Row:
    provider = providers.create(name, base_url=_base(name, url), api_key="none")
    ours: list[float] = []
    theirs: list[float] = []
    for run in range(RUNS + 1):
        began = time.process_time()
        text, _ = await _adapter(provider)
        between = time.process_time()
        assert (await loop())[0] == text
        if run:  # the first one loads the SDK and makes the clients
            ours.append((between - began) * 1000 * 1000 / TOKENS)
            theirs.append((time.process_time() - between) * 1000 * 1000 / TOKENS)
    return Figure(
        "adapters",
        f"CPU of 1,000 tokens, {name}",
        median(ours),
        "ms",
        median(theirs),
        "for a bare loop over the SDK's stream",
        bound=CPU_BOUND,
        of_baseline=True,
    )


async def _first_token(name: str, loop: BareLoop, url: str) -> Row:
    ours: list[float] = []
    theirs: list[float] = []
    for run in range(FIRST_RUNS + 1):
        began = time.perf_counter()
        _, first_at = await _generation(name, url)
        between = time.perf_counter()
        _, bare_first_at = await loop()
        if run:
            ours.append((first_at - began) * 1000)
            theirs.append((bare_first_at - between) * 1000)
    bare_ms = median(theirs)
    return Figure(
        "adapters",
        f"first token later than a bare loop's ({bare_ms:.1f} ms), {name}",
        median(ours) - bare_ms,
        "ms",
        bound=FIRST_BOUND_MS,
    )


async def _adapter(provider: Provider) -> Heard:
    text = Text()
    request = Request("loopback", (Message("user", PROMPT),))
    async with aclosing(provider.stream(request)) as stream:
        async for event in stream:
            if isinstance(event, TextDelta):
                text.take(event.text)
    return text.heard


async def _generation(name: str, url: str) -> Heard:
    """The whole way from the prompt to a sink."""
    text = Text()

    async def sink(frame: Frame) -> None:
        if isinstance(frame.event, TextDelta):
            text.take(frame.event.text)

    session = api.prepare(
        PROMPT, model=f"{name}/loopback", base_url=_base(name, url), api_key="none"
    )
    await session.run(sink)
    return text.heard


def _base(name: str, url: str) -> str:
    return f"{url}/v1" if name.startswith("openai") else url
