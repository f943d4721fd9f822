"""The value of an answer with a schema, as it grows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Unpack

from . import api
from .errors import InvalidAnswer, UsageError
from .events import Reset, TextDelta
from .generation import Generation
from .json_text import json_so_far, partial_json
from .options import Options
from .request import Message
from .session import Session


async def values(
    prompt: str | Sequence[Message], *, model: str | None = None, **options: Unpack[Options]
) -> AsyncGenerator[Any]:
    """What the answer's JSON says so far, unchecked, each time it has grown (a long one by a
    hundredth, so that the whole costs no more than a multiple of its length), and last the value
    as the option `schema` has it.

    Raises what `stream` raises, and in the end InvalidAnswer or another of `errors` where the
    answer came to no value. Leaving the loop early cancels the stream.
    """
    if options.get("schema") is None:
        raise UsageError("values needs a schema=: a pydantic model, a dataclass, a TypedDict, …")
    results: list[Generation] = []

    def ended(session: Session) -> None:
        results.append(api.remember(session))

    text, read, before = "", 0, None
    events = api.events(lambda: api.prepare(prompt, model=model, **options), ended)
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Reset):
                text, read = "", 0
            elif isinstance(event, TextDelta):
                text += event.text
                if len(text) - read <= read // 100:
                    continue
                read = len(text)
                value = partial_json(json_so_far(text))
                if value is not None and value != before:
                    before = value
                    yield value
    result = results[0].raise_for_status()
    if result.status == "truncated" and result.value is None:
        raise InvalidAnswer(result.error, provider=result.model.partition("/")[0])
    yield result.value
