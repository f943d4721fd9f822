"""From Python, in any event loop: `stream` and `generate`; the cell magic calls the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Unpack

from . import choice, known_models, providers, secrets, transforms
from . import options as opts
from .api_key import ApiKey
from .errors import MissingKey, NbStreamError, UsageError
from .events import Attachment, End, Event, Frame, Notice
from .gates import gate
from .generation import Generation
from .limits import Slots
from .metrics import output_tokens
from .options import Options
from .progress import PastAnswers
from .provider import Checks, Provider, TellsSchema
from .request import Message, Request, in_words
from .route import Route
from .schema import schema
from .session import Session

# Providers that have no address.
_HERE = ("local", "replay")
_NO_KEY = "none"
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
    opening: Sequence[Attachment | Notice] = (),
    keyless: bool = False,
    **options: Unpack[Options],
) -> Session:
    """A session ready to run. Everything that can be wrong before something is sent is raised
    here: UsageError, ModelNotFound, MissingKey, EngineError.

    `model` is `provider/model` or `provider:model`, or several with `|` between, of which the next
    is asked when one is out; `configured` the default to take before looking for keys;
    `opening` is what the reader is told first; `keyless` is for a session that is only looked at,
    which needs no key.
    """
    opts.seal(options)
    named = choice.alternatives(model, configured=configured)
    # Made once, for every way there is.
    options["schema"] = schema(options.get("schema"))
    retry, limits, wanted = opts.retry(options), opts.limits(options), opts.wanted(options)
    steps = transforms.steps(options.get("transforms"))
    ways, out = _routes(prompt, named, options, keyless=keyless)
    first, *others = ways
    found = secrets.check(first.request, opening, secrets.choice(options.get("secrets")))
    return Session(
        first.provider,
        first.request,
        model=first.model,
        gate=first.gate,
        fallbacks=others,
        notices=out,
        opening=(*opening, *found),
        retry=retry,
        limits=limits,
        slots=slots,
        transforms=steps,
        wanted=wanted,
        typical_tokens=past_answers.typical(first.model),
    )


def _routes(
    prompt: str | Sequence[Message],
    named: Sequence[choice.Chosen],
    options: Options,
    *,
    keyless: bool,
) -> tuple[list[Route], list[str]]:
    """The ways there are, and a sentence for each that there is not. Raises the first one's
    failure where there is none."""
    ways: list[Route] = []
    failures: list[NbStreamError] = []
    out: list[str] = []
    # Of several, the address and the key are for the first that can have them, and its provider.
    meant = next((each for each in named if each.provider not in _HERE), named[0])
    for chosen in named:
        provider, name = chosen.provider, chosen.model
        request = opts.request(prompt, name, options)
        own = options if chosen.provider == meant.provider else Options()
        address, key = own.get("base_url") or chosen.base_url, ApiKey(own.get("api_key"))
        try:
            source = _provider(chosen, address, key, keyless=keyless)
            _check_images(source, request)
            if isinstance(source, Checks):
                source.check(request)
            request = _told(source, request)
        except NbStreamError as error:
            failures.append(error)
            out.append(f"{error} {provider}/{name} is left out.")
        else:
            ways.append(Route(f"{provider}/{name}", source, request, gate(provider)))
    if not ways:
        raise failures[0]
    return ways, out


def _provider(
    chosen: choice.Chosen, address: str | None, api_key: ApiKey, *, keyless: bool
) -> Provider:
    """The provider that was named. Raises MissingKey, unless `keyless`."""
    try:
        key = api_key or chosen.key()
        return providers.create(chosen.provider, base_url=address, api_key=key)
    except MissingKey:
        if not keyless:
            raise
        return providers.create(chosen.provider, base_url=address, api_key=_NO_KEY)


def _check_images(provider: Provider, request: Request) -> None:
    count = sum(len(turn.images) for turn in request.messages)
    if count and not getattr(provider, "takes_images", False):
        raise UsageError(
            f"{provider.name} takes no images, and {count} would be sent: attach none, or name"
            " another provider."
        )


def _told(provider: Provider, request: Request) -> Request:
    """With the schema as this provider tells it: in a mode of its API, in words, or both."""
    if isinstance(provider, TellsSchema):
        return provider.told(request)
    return request if getattr(provider, "takes_schema", False) else in_words(request)


def remember(session: Session) -> Generation:
    """The result of a session that has ended; it becomes `nbstream.last`."""
    global last
    last = generation = _result(session)
    if generation.status == "complete" and generation.metrics.output_tokens:
        past_answers.add(generation.model, output_tokens(session.transcript)[0])
    if generation.status == "complete":
        known_models.used(generation.model)
    return generation


def remembered(session: Session) -> Generation:
    """The result of a session that was remembered: `nbstream.last` unless another ended since."""
    generation = _result(session)
    return last if last is not None and last == generation else generation


def _result(session: Session) -> Generation:
    return Generation.of(session.transcript, session.failure, session.wanted.value)


async def generate(
    prompt: str | Sequence[Message], *, model: str | None = None, **options: Unpack[Options]
) -> Generation:
    """The whole answer.

    The provider's failures are told by `.status` and `.error` (or raised by
    `.raise_for_status()`), so that a partial text is never lost; the caller's mistakes raise
    `errors.UsageError`, `ModelNotFound` or `MissingKey`, and `EngineError` where the embedded model
    was not fetched yet, before anything is sent.
    """
    opts.seal(options)
    return await whole(prepare(prompt, model=model, **options))


async def whole(session: Session) -> Generation:
    """What the session comes to; also where its task is cancelled, it is `nbstream.last`."""
    try:
        await session.run(_nowhere)
    finally:
        generation = remember(session)
    return generation


def stream(
    prompt: str | Sequence[Message], *, model: str | None = None, **options: Unpack[Options]
) -> AsyncGenerator[Event]:
    """The events of one answer as they come, from `Start` to `End`.

    Raises what `generate` raises. Leaving the loop early cancels the stream and closes the
    provider's connection.
    """
    opts.seal(options)
    return events(lambda: prepare(prompt, model=model, **options), remember)


async def events(
    prepared: Callable[[], Session], ended: Callable[[Session], object]
) -> AsyncGenerator[Event]:
    """The events of the session that `prepared` makes when the first is asked for; `ended` gets it
    when it is over, however that came about."""
    session = prepared()
    queue: asyncio.Queue[Frame] = asyncio.Queue(_BEHIND)
    left = False

    async def sink(frame: Frame) -> None:
        if not left:
            await queue.put(frame)

    task = asyncio.ensure_future(session.run(sink))
    # A loop that is torn down may not get to the last lines here.
    task.add_done_callback(lambda _: ended(session))
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


async def _nowhere(_frame: Frame) -> None:
    pass
