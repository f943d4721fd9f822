"""Asks an adapter for an answer in a process of its own, whose memory it measures.

`python -m tests.providers.listener ADAPTER URL (stream|models)` prints JSON: the answer's status,
text and error, and by how many megabytes the process grew at most.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from typing import Any

import nbstream
from nbstream.provider import Lists
from tests.loopback import Answer, Loopback
from tests.providers.adapters import ADAPTERS, Adapter


async def answer(adapter: Adapter, url: str, what: str) -> dict[str, Any]:
    """The outcome of one request."""
    if what == "models":
        provider = adapter.make(url)
        assert isinstance(provider, Lists)
        try:
            return {"status": "complete", "text": " ".join(await provider.models()), "error": ""}
        except nbstream.NbStreamError as error:
            return {"status": "failed", "text": "", "error": str(error)}
    said = await nbstream.generate(
        "Hi", model=f"{adapter.name}/m", base_url=url, api_key="x", retries=0
    )
    return {"status": said.status, "text": said.text, "error": str(said.error)}


async def main(name: str, url: str, what: str) -> None:
    adapter = next(each for each in ADAPTERS if each.name == name)
    async with Loopback(Answer([adapter.whole(["warm"])])) as server:
        base = f"{server.url}/v1" if name.startswith("openai") else server.url
        await answer(adapter, base, "stream")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = await answer(adapter, url, what)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({**said, "grown_mb": grown / 1024}))


asyncio.run(main(*sys.argv[1:]))
