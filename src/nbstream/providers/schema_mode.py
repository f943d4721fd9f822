"""A request with a JSON Schema: by the API's own means, else in words."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from ..errors import NbStreamError, Overloaded, ProviderError
from ..events import Notice
from ..provider import ProviderEvent
from ..request import Request, in_words

Send = Callable[[Request], AsyncGenerator[ProviderEvent]]

_refused: set[tuple[str, str, str]] = set()
"""Base URL, model and schema of what servers have refused."""


def told(url: str, request: Request, *, has_mode: bool = True, is_own: bool) -> Request:
    """The request with its schema as the server at `url` is told it: in the API's mode, if
    `has_mode`; in words where there is none or the server has refused it; in both unless `is_own`,
    the API's maker's, as a server of another's making may pass over what it does not know."""
    if request.schema is None:
        return request
    if not has_mode or _asked(url, request) in _refused:
        return in_words(request)
    return request if is_own else replace(in_words(request), schema=request.schema)


async def in_schema_mode(
    provider: str, url: str, request: Request, send: Send
) -> AsyncGenerator[ProviderEvent]:
    """What `send` yields for the request; where the server refuses it, for the request with its
    schema in words. Raises what `send` raises."""
    is_refused = False
    asked = _asked(url, request)
    if asked not in _refused:
        started = False
        try:
            async with aclosing(send(request)) as events:
                async for event in events:
                    started = True
                    yield event
            return
        except NbStreamError as error:
            if started or request.schema is None or not _may_be_the_schema(error):
                raise
            is_refused = True
    async with aclosing(send(in_words(request))) as events:
        async for event in events:
            if is_refused:
                # Not before it is known that it was the schema.
                is_refused = False
                _refused.add(asked)
                said = f"{provider} does not take this JSON Schema: the model was told it in words."
                yield Notice("info", said)
            yield event


def _asked(url: str, request: Request) -> tuple[str, str, str]:
    return (url, request.model, json.dumps(request.schema and request.schema.schema))


def _may_be_the_schema(error: NbStreamError) -> bool:
    """Whether the failure is a refusal of the request that nothing else is known about."""
    if type(error) is ProviderError:
        return error.status in {400, 415, 422}
    return type(error) is Overloaded and error.status == 501
