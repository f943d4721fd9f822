"""From Python, in any event loop: `stream` and `generate`; the cell magic calls the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Unpack

from . import choice, providers
from . import options as opts
from .events import End, Event, Frame
from .generation import Generation
from .limits import Slots
from .options import Options
from .progress import PastAnswers
from .request import Message
from .session import Session

# Frames a slow consumer of `stream` may be behind before the reading waits for it.
_BEHIND = 64

slots = Slots(16)
past_answers = PastAnswers()
last: Generation | None = None


def prepare(
    prompt: str | Sequence[Message],
    *,
    model: str | None = None,
    configured: str | None = None,
    **options: Unpack[Options],
) -> Session:
    """A session ready to run. Everything that can be wrong before something is sent is raised
    here: UsageError, ModelNotFound, MissingKey.

    `model` is `provider/model` or `provider:model`; `configured` the default to take before
    looking for keys.
    """
    provider, name = choice.choose(model, configured=configured)
    full_name = f"{provider}/{name}"
    request = opts.request(prompt, name, options)
    return Session(
        providers.create(
            provider, base_url=options.get("base_url"), api_key=options.get("api_key")
        ),
        request,
        model=full_name,
        retry=opts.retry(options),
        limits=opts.limits(options),
        slots=slots,
        typical_tokens=past_answers.typical(full_name),
    )


def remember(session: Session) -> Generation:
    """The result of a session that has ended; it becomes `nbstream.last`."""
    global last
    last = generation = Generation.of(session.transcript)
    if generation.status == "complete" and generation.metrics.output_tokens:
        past_answers.add(generation.model, generation.metrics.output_tokens)
    return generation


async def generate(
    prompt: str | Sequence[Message], *, model: str | None = None, **options: Unpack[Options]
) -> Generation:
    """The whole answer.

    The provider's failures are told by `.status` and `.error` (or raised by
    `.raise_for_status()`), so that a partial text is never lost; the caller's mistakes raise
    `errors.UsageError`, `ModelNotFound` or `MissingKey` before anything is sent.
    """
    session = prepare(prompt, model=model, **options)
    try:
        await session.run(_nowhere)
    finally:
        generation = remember(session)
    return generation


async def stream(
    prompt: str | Sequence[Message], *, model: str | None = None, **options: Unpack[Options]
) -> AsyncGenerator[Event]:
    """The events of one answer as they come, from `Start` to `End`.

    Raises what `generate` raises. Leaving the loop early cancels the stream and closes the
    provider's connection.
    """
    session = prepare(prompt, model=model, **options)
    queue: asyncio.Queue[Frame] = asyncio.Queue(_BEHIND)
    left = False

    async def sink(frame: Frame) -> None:
        if not left:
            await queue.put(frame)

    task = asyncio.ensure_future(session.run(sink))
    try:
        while True:
            event = (await queue.get()).event
            yield event
            if isinstance(event, End):
                return
    finally:
        left = True
        task.cancel()
        await asyncio.wait((task,))
        remember(session)


async def _nowhere(_frame: Frame) -> None:
    pass
