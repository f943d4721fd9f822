"""The embedded models: a llama.cpp server in a child process, spoken to as any other server."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from ..engine.cache import require_pulled
from ..engine.catalogue import CATALOGUE, DEFAULT, EmbeddedModel, find_model
from ..engine.process import Address, Engine, engine_for
from ..errors import ConnectionFailed, ContextTooLong, NbStreamError, StreamDropped
from ..provider import Notice, Phase, ProviderEvent
from ..request import Request, in_words
from .exchange import load
from .openai_chat import OpenAIChat
from .presets import LLAMACPP

NAME = "local"
EXIT_SEEN_WITHIN_S = 1.0


class Local:
    """Answers from the embedded model a request names, else from `model`.

    The first request of a process starts the engine, which takes a second or more: that is a phase
    of its own. Raises ModelNotFound for a model that is not in the catalogue, EngineError where it
    cannot be started, and StreamDropped where it stopped in mid-answer; the next request starts it
    again.
    """

    name = NAME
    # llama.cpp goes on with a last message of the assistant.
    continues = True

    def __init__(self, model: str = DEFAULT.name) -> None:
        self._model = model

    def __repr__(self) -> str:
        return f"Local({self._model!r})"

    async def warm_up(self) -> None:
        """Import the SDK."""
        await load("openai")

    def check(self, request: Request) -> None:
        """Raises ModelNotFound or, where it was not pulled, EngineError; and UsageError for options
        that llama.cpp does not take."""
        require_pulled(find_model(request.model or self._model))
        OpenAIChat(name=NAME, preset=LLAMACPP).check(request)

    async def models(self) -> list[str]:
        """The names of the embedded models there are."""
        return [model.name for model in CATALOGUE]

    def told(self, request: Request) -> Request:
        """The request with its schema in words as well: llama.cpp holds the model to the schema and
        does not show it to it."""
        return replace(in_words(request), schema=request.schema)

    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        """Send the request and yield what comes, ending after `Stop`."""
        model = find_model(request.model or self._model)
        engine = engine_for(model)
        if engine.ready:
            address = await engine.start()
        else:
            yield Phase("loading", model.title)
            if model.notice:
                yield Notice("info", model.notice)
            address = await engine.start()
            yield Phase("waiting")
        chat = OpenAIChat(
            name=NAME, preset=LLAMACPP, base_url=address.openai_url, api_key=address.key
        )
        try:
            async with aclosing(chat.stream(replace(request, model=model.name))) as events:
                async for event in events:
                    yield event
            return
        except ContextTooLong as error:
            failed: NbStreamError = _too_long(error, model)
        except (ConnectionFailed, StreamDropped) as error:
            failed = await _stopped(engine, address) or error
        raise failed


async def _stopped(engine: Engine, address: Address) -> StreamDropped | None:
    """The failure to report where the connection was lost because the engine is over."""
    why = await engine.why_gone(address, EXIT_SEEN_WITHIN_S)
    if why is None:
        return None
    return StreamDropped(
        f"The embedded engine stopped ({why}); run it again: the engine starts anew.",
        provider=NAME,
    )


def _too_long(error: ContextTooLong, model: EmbeddedModel) -> ContextTooLong:
    """The same failure with the two numbers that matter, where the engine said them."""
    if error.tokens is None or error.limit is None:
        return error
    return ContextTooLong(
        f"The prompt has {error.tokens:,} tokens and {model.name} takes {error.limit:,} "
        "for prompt and answer together: shorten it or name another model.",
        provider=NAME,
        status=error.status,
        tokens=error.tokens,
        limit=error.limit,
    )
