"""One stream from its Start to its End: the only place that sleeps, retries, cancels and numbers.

It is given a provider and a sink and knows neither: what the provider says becomes numbered
frames, and each frame goes to the sink before the next is read, so that a slow sink slows the
reading and nothing piles up between them.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from itertools import count
from typing import TypeVar

from . import endings
from .after_drop import continued, next_step
from .errors import NbStreamError
from .events import Attachment, End, Failover, Notice, Reset, Resume, Start
from .frame_writer import FrameWriter, Sink
from .hearing import CutShort, Hearing
from .interruption import Ended, Interruption, Silent
from .limits import Gate, Limits, Slots
from .progress import ProgressMeter
from .provider import Phase, Provider, ProviderEvent, Stop
from .request import Request
from .retry import RetryPolicy
from .route import Route
from .transcript import Transcript
from .transforms import Transform, covering
from .wanted import CAUSE, Wanted, asked_again
from .watchdog import Watchdog

T = TypeVar("T")

# A provider whose data is all there never waits; without these turns a cancel would not be seen.
_EVENTS_A_TURN = 128

_log = logging.getLogger(__name__)


class Session:
    """A stream to be run once.

    `transcript` is what it has said so far and is complete when `run` is over, however that came
    about; `failure` is the provider's last one that was not tried again; an answer that does not
    come to what is `wanted` is asked for again. `model` is
    `provider/model` as people see it, `gate` what all of that provider's streams go through,
    `fallbacks` who is asked in turn when it is out for good before its first token, `notices` what
    the reader should know from the start, as warnings, and `opening` what else. `routes` are all
    who may be asked, in their order. `slots` are shared with the other sessions; `typical_tokens`
    is how long this model's answers usually are; `clock` gives seconds, `chance` numbers in [0, 1).
    """

    def __init__(
        self,
        provider: Provider,
        request: Request,
        *,
        model: str,
        gate: Gate | None = None,
        fallbacks: Sequence[Route] = (),
        notices: Sequence[str] = (),
        opening: Sequence[Attachment | Notice] = (),
        retry: RetryPolicy | None = None,
        limits: Limits | None = None,
        slots: Slots | None = None,
        transforms: Sequence[Callable[[str], str] | Transform] = (),
        wanted: Wanted | None = None,
        typical_tokens: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.model = model
        self.transcript = Transcript()
        self.failure: NbStreamError | None = None
        self.wanted = wanted or Wanted()
        self.opening = (*opening, *(Notice("warning", text) for text in notices))
        self.routes = (Route(model, provider, request, gate or Gate()), *fallbacks)
        self._retry = retry or RetryPolicy()
        self._limits = limits or Limits()
        self._slots = slots or Slots(1)
        self._transforms = transforms
        self._meter = ProgressMeter(request.max_tokens, typical_tokens)
        self._clock = clock
        self._wall_clock = wall_clock
        self._chance = chance
        self._interruption = Interruption()
        self._park = self._interruption.park

    def cancel(self) -> None:
        """End the stream as cancelled; from any thread or signal handler, any number of times,
        before, during or after the run."""
        self._interruption.cancel()

    async def run(self, sink: Sink) -> Transcript:
        """Run the stream, each frame to `sink`. The provider's failures are told by the End frame,
        never raised; a cancel of the task that runs this is, after the End."""
        redactions = covering(self._transforms)
        self._out = FrameWriter(self.transcript, sink, self._meter, self._clock, redactions)
        self._hearing = Hearing(self._out, self.transcript, self._limits, self._transforms)
        self._interruption.begin()
        end = End("failed", error="The stream was torn down.", code="torn-down")
        try:
            await self._out.write(Start(self.model, self._wall_clock()))
            for event in self.opening:
                await self._out.write(event)
            end = await self._outcome()
        except asyncio.CancelledError:
            end = End("cancelled")
            raise
        except Exception as error:
            end = endings.failed(error)
        finally:
            await self._finish(end)
        return self.transcript

    async def _outcome(self) -> End:
        timer = None
        if self._limits.max_seconds is not None:
            seconds = self._limits.max_seconds
            ends = (self._interruption.end, endings.late(seconds))
            timer = asyncio.get_running_loop().call_later(seconds, *ends)
        try:
            return await self._first_that_answers()
        except Ended as ended:
            return ended.end
        except CutShort as cut_short:
            return endings.cut(str(cut_short))
        finally:
            if timer is not None:
                timer.cancel()

    async def _first_that_answers(self) -> End:
        async with AsyncExitStack() as held:
            await self._enter_slot(held, self._slots)
            end = await self._ask(self.routes[0])
            for route in self.routes[1:]:
                if end.status != "failed" or self.transcript.first_token_at_s is not None:
                    break
                await self._out.write(Notice("warning", f"{end.error} Asking {route.model}."))
                await self._out.write(Failover(route.model, end.code))
                end = await self._ask(route)
            return end

    async def _ask(self, route: Route) -> End:
        async with AsyncExitStack() as held:
            await self._enter_slot(held, route.gate.slots)
            return await self._until_it_fits(route)

    async def _enter_slot(self, held: AsyncExitStack, slots: Slots) -> None:
        if slots.busy:
            await self._out.enter("queued")
        await self._park(lambda: held.enter_async_context(slots.slot()))

    async def _wait_for_turn(self, gate: Gate) -> None:
        """Every attempt is a request, and counts among those of its minute."""
        wait_s = gate.wait_s(asyncio.get_running_loop().time())
        if wait_s > 0:
            await self._out.enter("queued", f"{wait_s:.0f} s, for the requests per minute")
            await self._park(lambda: asyncio.sleep(wait_s))

    async def _until_it_fits(self, route: Route) -> End:
        wanted, request = self.wanted, route.request
        for asked in count(1):
            end = await self._attempts(replace(route, request=request))
            misfit = await self._park(lambda end=end: wanted.misfit(end, self.transcript))
            if not misfit:
                return end
            if not wanted.is_asked_again(asked, end):
                self.failure = wanted.failure(misfit, route.provider.name, self.transcript)
                return replace(endings.failed(self.failure), stop_reason=end.stop_reason)
            request = asked_again(route.request, self.transcript.text, misfit)
            await self._out.write(Notice("warning", wanted.notice(misfit, asked)))
            await self._out.write(Reset(asked, 0.0, CAUSE))
            await self._out.enter("retrying")
        raise AssertionError("the tries end it")

    async def _attempts(self, route: Route) -> End:
        request, began_s = route.request, self._clock()
        for failures in count(1):
            try:
                await self._wait_for_turn(route.gate)
                return await self._attempt(route.provider, request)
            except NbStreamError as error:
                wait_s = self._retry.wait_s(
                    failures, error, self._chance(), self._clock() - began_s
                )
                has_schema = self.wanted.schema is not None
                step = next_step(
                    self._retry, route.provider, self.transcript, has_schema=has_schema
                )
                if wait_s is None or step == "stop":
                    self.failure = _kept(error)
                    return endings.failed(error)
                request = route.request
                if step == "continue":
                    request = continued(request, self.transcript)
                retry = Resume if step == "continue" else Reset
                if retry is Reset:
                    self._hearing.drop()
                await self._out.write(retry(failures, round(wait_s, 3), endings.cause(error)))
                await self._out.enter("retrying")
                await self._park(lambda s=wait_s: asyncio.sleep(s))
        raise AssertionError("the policy ends it")

    async def _attempt(self, provider: Provider, request: Request) -> End:
        await self._out.enter("waiting")
        self._hearing.begin()
        if (warm_up := getattr(provider, "warm_up", None)) is not None:
            await self._park(warm_up)
        idle_s = self._limits.max_idle_seconds
        with Watchdog(idle_s, self._interruption.silence) as watchdog:
            async with _closed_after(provider.stream(request)) as stream:
                for turn in count(1):
                    try:
                        said = await self._park(stream.__anext__)
                    except StopAsyncIteration:
                        break
                    except Silent:
                        raise endings.silent(provider.name, idle_s or 0) from None
                    if isinstance(said, Stop):
                        await self._hearing.finish()
                        empty = endings.emptiness(self.transcript, said)
                        if empty is not None:
                            await self._out.write(empty)
                        return endings.stopped(said, self.routes[0].request.max_tokens)
                    await self._hearing.take(said)
                    watchdog.heard()
                    if isinstance(said, Phase) and said.name == "loading":
                        watchdog.pause()  # it takes as long as it takes, and has its own limit
                    if turn % _EVENTS_A_TURN == 0:
                        await self._park(lambda: asyncio.sleep(0))
        raise endings.unfinished(provider.name)

    async def _finish(self, end: End) -> None:
        """The End reaches the transcript whatever the sink does."""
        try:
            try:
                await self._hearing.close()
            finally:
                await self._out.leave()
            await self._out.last_progress()
        except Exception as error:
            if end.status != "failed":
                end = endings.failed(error)
        finally:
            served = self._hearing.served
            end = replace(
                end,
                model=served.model,
                request_id=end.request_id or served.request_id,
                ignored=self._hearing.ignored,
            )
            if self.failure is not None:
                self.failure.args = (self._out.cleaned(str(self.failure)),)
            self._interruption.over()
            with suppress(Exception):
                await self._out.write(end)


@asynccontextmanager
async def _closed_after(
    stream: AsyncGenerator[ProviderEvent],
) -> AsyncGenerator[AsyncGenerator[ProviderEvent]]:
    """Close the stream in the end. What fails in that comes too late to change the answer."""
    try:
        yield stream
    finally:
        try:
            await stream.aclose()
        except Exception as error:
            _log.debug("A provider's stream could not be closed.", exc_info=error)


def _kept(error: NbStreamError) -> NbStreamError:
    """The failure alone: a traceback keeps alive all that its frames hold."""
    error.__context__ = None
    return error.with_traceback(None)
