"""The seam between a session and a model: one method, no retry, no state of a stream.

An adapter yields what the provider said as it comes, and **must** yield `Stop` where the provider
sent its terminal marker: a stream that ends without one is a dropped stream. It raises
`errors.ProviderError` (or another NbStreamError) and nothing else for the provider's failures, and
closes its connection when it is cancelled or closed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from .events import Notice, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from .request import Request


@dataclass(frozen=True, slots=True)
class Phase:
    """The adapter entered a stage of its own, for example loading a model."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """Facts about the answer, as soon as the provider says them."""

    model: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """The provider's terminal marker: `reason` in its own word, or "refusal" where the model
    declined and its word does not say so; `truncated` where the answer was cut at a limit."""

    reason: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """The provider said something this adapter does not know, under the name `kind`."""

    kind: str


ProviderEvent = (
    TextDelta | ReasoningDelta | ToolCallDelta | Usage | Notice | Phase | Served | Ignored | Stop
)


class Provider(Protocol):
    """A source of answers.

    One that takes a last message of the assistant as the beginning of its answer, and goes on from
    there, says so with an attribute `continues = True`; one that sends a message's images,
    `takes_images = True`: no other is asked with them; one that tells the model of the request's
    schema, `takes_schema = True`, or `TellsSchema`: for all others it is put into words after the
    system prompt. One that has something to load first, as an SDK, may do it in `async def
    warm_up()`: no silence is counted while it does.
    """

    @property
    def name(self) -> str:
        """The name users write before the slash, for example ``anthropic``."""
        ...

    def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Send the request and yield what comes, ending after `Stop`."""
        ...


@runtime_checkable
class TellsSchema(Protocol):
    """A provider that knows for each request whether its schema needs words."""

    def told(self, request: Request) -> Request:
        """The request as `stream` is to get it: its schema is left where a mode of the API takes
        it, and put after the system prompt where that is not there or not to be relied on."""
        ...


@runtime_checkable
class Checks(Protocol):
    """A provider that sees before anything is sent that a request cannot be answered."""

    def check(self, request: Request) -> None:
        """Raises the NbStreamError that `stream` would raise at once; quick, and asks nobody."""
        ...


@runtime_checkable
class Lists(Protocol):
    """A provider whose server says which models it offers."""

    async def models(self) -> list[str]:
        """The models' names, in the server's order. Raises what `stream` raises."""
        ...
