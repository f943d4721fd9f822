"""Loops over each SDK's own stream that append the text: what the adapters are measured against."""

# pyright: reportUnknownMemberType=false

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

PROMPT = "Say it."

Heard = tuple[str, float]
"""The text, and the `perf_counter()` time at which its first piece was there."""
BareLoop = Callable[[], Awaitable[Heard]]


class Text:
    """Pieces appended, and when the first came."""

    def __init__(self) -> None:
        self.text = ""
        self.first_at = 0.0

    def take(self, piece: str | None) -> None:
        if piece:
            self.first_at = self.first_at or time.perf_counter()
            self.text += piece

    @property
    def heard(self) -> Heard:
        return self.text, self.first_at


async def bare_loops(url: str, held: AsyncExitStack) -> dict[str, BareLoop]:
    """One for each adapter, against the server at `url`; their clients are closed by `held`."""
    import httpx2
    from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient
    from google.genai import Client
    from google.genai.types import HttpOptions
    from openai import AsyncOpenAI
    from openai import DefaultAsyncHttpxClient as OpenAIHttpClient

    http = OpenAIHttpClient(trust_env=False)
    openai = await held.enter_async_context(
        AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0, http_client=http)
    )
    http = DefaultAsyncHttpxClient(trust_env=False)
    anthropic = await held.enter_async_context(
        AsyncAnthropic(base_url=url, api_key="none", max_retries=0, http_client=http)
    )
    http = await held.enter_async_context(httpx2.AsyncClient(trust_env=False, timeout=60))
    options = HttpOptions(base_url=url, api_version="v1beta", httpx_async_client=http)
    google = Client(vertexai=False, api_key="none", http_options=options)

    async def chat() -> Heard:
        text = Text()
        async for chunk in await openai.chat.completions.create(
            model="loopback",
            messages=[{"role": "user", "content": PROMPT}],
            stream=True,
            stream_options={"include_usage": True},
        ):
            if chunk.choices:
                text.take(chunk.choices[0].delta.content)
        return text.heard

    async def responses() -> Heard:
        text = Text()
        async for event in await openai.responses.create(
            model="loopback", input=PROMPT, stream=True
        ):
            if event.type == "response.output_text.delta":
                text.take(event.delta)
        return text.heard

    async def messages() -> Heard:
        text = Text()
        async for event in await anthropic.messages.create(
            model="loopback",
            max_tokens=8192,
            messages=[{"role": "user", "content": PROMPT}],
            stream=True,
        ):
            if event.type == "content_block_delta" and event.delta.type == "text_delta":
                text.take(event.delta.text)
        return text.heard

    async def gemini() -> Heard:
        text = Text()
        async for chunk in await google.aio.models.generate_content_stream(
            model="loopback", contents=PROMPT
        ):
            text.take(chunk.text)
        return text.heard

    return {
        "openai-chat": chat,
        "openai-responses": responses,
        "anthropic": messages,
        "google": gemini,
    }
