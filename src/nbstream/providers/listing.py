"""What a server offers, asked by the SDK's own listing call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from .exchange import Connect
from .failures import Asked, failure, nonsense, without_frames

# What the SDKs raise for an answer that they take without looking.
_OF_ANOTHER_SHAPE = (ValueError, TypeError, KeyError, IndexError, AttributeError)


async def ask(
    connect: Connect, names: Callable[[Any], Awaitable[list[str]]], asked: Asked
) -> list[str]:
    """The names that `names` reads through the client. Raises the failures that a stream raises."""
    failed: Exception
    try:
        async with connect() as client:
            found = await names(client)
            if not all(isinstance(name, str) for name in cast(list[object], found)):
                raise TypeError("no name")
            return found
    except Exception as error:
        known = failure(error, asked, started=False)
        if known is None and isinstance(error, _OF_ANOTHER_SHAPE):
            known = nonsense(asked, "no list of models")
        failed = without_frames(error) if known is None else known
    # Outside of the `except`, so that the SDK's exception does not hang on as the context.
    raise failed


async def ids(client: Any) -> list[str]:
    """The ids of an openai or anthropic client's models, page after page."""
    return [model.id async for model in client.models.list()]
