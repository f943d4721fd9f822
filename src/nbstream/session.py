"""One stream from its Start to its End: the only place that sleeps, retries, cancels and numbers.

It is given a provider and a sink and knows neither: what the provider says becomes numbered
frames, and each frame goes to the sink before the next is read, so that a slow sink slows the
reading and nothing piles up between them.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, aclosing, suppress
from typing import TypeVar

from .errors import NbStreamError, ProviderError, StreamDropped
from .events import (
    End,
    Event,
    Frame,
    Notice,
    PhaseEnd,
    PhaseStart,
    ReasoningDelta,
    Reset,
    Start,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from .limits import Limits, Slots
from .metrics import output_tokens
from .progress import ProgressMeter
from .provider import Phase, Provider, ProviderEvent, Served, Stop
from .request import Request
from .retry import RetryPolicy
from .transcript import Transcript

Sink = Callable[[Frame], Awaitable[None]]
T = TypeVar("T")

_PROGRESS_EVERY_S = 0.2


class _Ended(Exception):
    """The session was told to end; `Session._ending` says how."""


class Session:
    """A stream to be run once.

    `transcript` is what it has said so far and is complete when `run` is over, however that came
    about. `model` is `provider/model` as people see it; `typical_tokens` how long this model's
    answers usually are; `clock` gives seconds, `chance` numbers in [0, 1).
    """

    def __init__(
        self,
        provider: Provider,
        request: Request,
        *,
        model: str,
        retry: RetryPolicy | None = None,
        limits: Limits | None = None,
        slots: Slots | None = None,
        typical_tokens: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.model = model
        self.transcript = Transcript()
        self._provider = provider
        self._request = request
        self._retry = retry or RetryPolicy()
        self._limits = limits or Limits()
        self._slots = slots or Slots(1)
        self._meter = ProgressMeter(request.max_tokens, typical_tokens)
        self._clock = clock
        self._wall_clock = wall_clock
        self._chance = chance
        self._began = 0.0
        self._next_progress_s = 0.0
        self._sink: Sink | None = None
        self._served = Served()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[object] | None = None
        self._ending: End | None = None
        self._parked = False

    def cancel(self) -> None:
        """End the stream as cancelled; from any thread, any number of times, before, during or
        after the run."""
        if self._loop is None:
            self._interrupt(End("cancelled"))
            return
        with suppress(RuntimeError):  # the loop is closed: the run is long over
            self._loop.call_soon_threadsafe(self._interrupt, End("cancelled"))

    async def run(self, sink: Sink) -> Transcript:
        """Run the stream, each frame to `sink`. The provider's failures are told by the End frame,
        never raised; a cancel of the task that runs this is, after the End."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._sink = sink
        self._began = self._clock()
        end = End("failed", error="The stream was torn down.", code="torn-down")
        try:
            await self._emit(Start(self.model, self._wall_clock()))
            end = await self._outcome()
        except asyncio.CancelledError:
            end = End("cancelled")
            raise
        except Exception as error:
            end = _failed(error)
        finally:
            await self._finish(end)
        return self.transcript

    async def _outcome(self) -> End:
        timer = None
        if self._limits.max_seconds is not None:
            seconds = self._limits.max_seconds
            cut = _cut(f"Stopped after the limit of {seconds:g} seconds (max_seconds).")
            timer = asyncio.get_running_loop().call_later(seconds, self._interrupt, cut)
        try:
            if self._slots.busy:
                await self._enter("queued")
            async with AsyncExitStack() as held:
                await self._park(lambda: held.enter_async_context(self._slots.slot()))
                return await self._attempts()
        except _Ended:
            assert self._ending is not None
            return self._ending
        finally:
            if timer is not None:
                timer.cancel()

    async def _attempts(self) -> End:
        failures = 0
        while True:
            try:
                return await self._attempt()
            except NbStreamError as error:
                failures += 1
                wait_s = None
                if self.transcript.first_token_at_s is None:
                    wait_s = self._retry.wait_s(failures, error, self._chance())
                if wait_s is None:
                    return _failed(error)
                await self._emit(Reset(failures, round(wait_s, 3), _cause(error)))
                await self._enter("retrying")
                await self._park(lambda s=wait_s: asyncio.sleep(s))

    async def _attempt(self) -> End:
        await self._enter("waiting")
        async with aclosing(self._provider.stream(self._request)) as stream:
            while True:
                try:
                    said = await self._park(stream.__anext__)
                except StopAsyncIteration:
                    raise StreamDropped(
                        f"{self._provider.name} ended the stream without saying that the answer is"
                        " complete; run the cell again.",
                        provider=self._provider.name,
                    ) from None
                if type(said) is TextDelta:
                    await self._text(said)
                elif type(said) is Stop:
                    return self._stopped(said)
                else:
                    await self._take(said)

    async def _text(self, delta: TextDelta) -> None:
        if not delta.text:
            return
        await self._enter("writing")
        most = self._limits.max_chars
        if most is not None and self.transcript.characters + len(delta.text) > most:
            await self._emit(TextDelta(delta.text[: most - self.transcript.characters]))
            self._ending = _cut(f"Stopped at the limit of {most:,} characters (max_chars).")
            raise _Ended
        await self._emit(delta)
        await self._report_progress()

    async def _take(self, said: ProviderEvent) -> None:
        match said:
            case ReasoningDelta():
                if said.text:
                    await self._enter("thinking")
                    await self._emit(said)
                    await self._report_progress()
            case ToolCallDelta() | Notice() | Usage():
                await self._emit(said)
            case Phase(name, detail):
                await self._enter(name, detail)
            case Served(model, request_id):
                known = self._served
                self._served = Served(model or known.model, request_id or known.request_id)
            case TextDelta() | Stop():
                raise AssertionError("taken by _attempt")

    def _stopped(self, stop: Stop) -> End:
        if stop.truncated:
            error = f"The answer was cut at the model's limit ({stop.reason})."
            if self._request.max_tokens is not None:
                error = f"The answer was cut at max_tokens={self._request.max_tokens}."
            return End("truncated", stop.reason, error, "max-tokens")
        return End("complete", stop.reason)

    async def _finish(self, end: End) -> None:
        """The End reaches the transcript whatever the sink does."""
        try:
            await self._leave()
            if self.transcript.first_token_at_s is not None:
                tokens, exact = output_tokens(self.transcript)
                await self._emit(self._meter.at(tokens, exact))
        except Exception as error:
            end = _failed(error)
        finally:
            served = self._served
            end = End(
                end.status, end.stop_reason, end.error, end.code, served.model, served.request_id
            )
            with suppress(Exception):
                await self._emit(end)

    async def _enter(self, phase: str, detail: str = "") -> None:
        current = self.transcript.phase
        if current is not None and current.phase == phase and current.detail == detail:
            return
        await self._leave()
        await self._emit(PhaseStart(phase, detail))

    async def _leave(self) -> None:
        current = self.transcript.phase
        if current is not None:
            await self._emit(PhaseEnd(current.phase))

    async def _report_progress(self) -> None:
        if self.transcript.at_s >= self._next_progress_s:
            self._next_progress_s = self.transcript.at_s + _PROGRESS_EVERY_S
            await self._emit(self._meter.at(*output_tokens(self.transcript)))

    async def _emit(self, event: Event) -> None:
        assert self._sink is not None
        frame = Frame(self.transcript.seq + 1, self._clock() - self._began, event)
        self.transcript.add(frame)
        await self._sink(frame)

    async def _park(self, start: Callable[[], Awaitable[T]]) -> T:
        """Await something that a cancel or a limit may cut short: then raise _Ended."""
        if self._ending is not None:
            raise _Ended
        self._parked = True
        try:
            return await start()
        except asyncio.CancelledError:
            if self._ending is None or self._task is None or self._task.uncancel() > 0:
                raise  # the task itself was cancelled from outside
            raise _Ended from None
        finally:
            self._parked = False

    def _interrupt(self, end: End) -> None:
        if self._ending is None and self.transcript.end is None:
            self._ending = end
            if self._parked and self._task is not None:
                self._task.cancel()


def _cut(sentence: str) -> End:
    return End("truncated", error=sentence, code="limit")


def _failed(error: Exception) -> End:
    if isinstance(error, NbStreamError):
        return End("failed", error=str(error), code=error.code)
    kind = type(error).__name__
    return End("failed", error=f"nbstream failed with {kind}; please report it.", code="internal")


def _cause(error: NbStreamError) -> str:
    if isinstance(error, ProviderError) and error.status is not None:
        return str(error.status)
    return error.code.replace("-", " ")
