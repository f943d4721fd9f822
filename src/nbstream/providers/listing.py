"""What a server offers, asked by the SDK's own listing call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, cast

from ..errors import TimedOut
from .exchange import Connect
from .failures import Asked, failure, nonsense, without_frames
from .redaction import origin

_MOST_PAGES = 50
_MOST_NAMES = 5000
_LONGEST_S = 30.0

# What the SDKs raise for an answer that they take without looking.
_OF_ANOTHER_SHAPE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


async def ask(
    connect: Connect, names: Callable[[Any], Awaitable[list[str]]], asked: Asked
) -> list[str]:
    """The names that `names` reads through the client. Raises the failures that a stream raises."""
    failed: Exception
    try:
        async with connect() as client:
            async with asyncio.timeout(_LONGEST_S):
                found = await names(client)
            if not all(isinstance(name, str) for name in cast(list[object], found)):
                raise TypeError("no name")
            return found
    except TimeoutError:
        failed = TimedOut(
            f"{origin(asked.url)} did not end its list of models within {_LONGEST_S:.0f} seconds;"
            f" name one as {asked.provider}/MODEL.",
            provider=asked.provider,
        )
    except Exception as error:
        known = failure(error, asked, started=False)
        if known is None and isinstance(error, _OF_ANOTHER_SHAPE):
            known = nonsense(asked, "no list of models")
        failed = without_frames(error) if known is None else known
    # Outside of the `except`, so that the SDK's exception does not hang on as the context.
    raise failed


async def ids(client: Any) -> list[str]:
    """The ids of an openai or anthropic client's models, page after page."""
    first = await client.models.list()
    return await gathered(
        [model.id for model in page.data or ()] async for page in first.iter_pages()
    )


async def gathered(pages: AsyncIterator[Iterable[str]]) -> list[str]:
    """The names of the pages, each once, as far as a list goes that a person reads: a server's next
    page may be the same again."""
    names: dict[str, None] = {}
    number = 0
    async for page in pages:
        names.update(dict.fromkeys(page))
        number += 1
        if number == _MOST_PAGES or len(names) >= _MOST_NAMES:
            break
    return list(names)[:_MOST_NAMES]
