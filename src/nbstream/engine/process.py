"""The embedded engine as the rest of nbstream sees it: an address to send requests to.

There is one engine for each model in this process, shared by all its threads and event loops. It
runs in a child process, so that a native crash costs an error and not the kernel.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import importlib.util
import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

from ..errors import EngineError
from ..extras import install_command
from .cache import check_unchanged, pulled_path, require_pulled, shared
from .catalogue import EmbeddedModel
from .run import EngineRun

LOAD_LIMIT_S = 180.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running engine answers, and the key it asks for.

    `url` has no path: it is the base URL of the Anthropic protocol (``/v1/messages`` below it).
    """

    url: str
    key: str = field(repr=False)

    @property
    def openai_url(self) -> str:
        """The base URL of the OpenAI protocol."""
        return f"{self.url}/v1"


class Engine:
    """The engine for one model: started when it is first needed, again after it crashed.

    Every method may be called from any thread and any event loop.
    """

    def __init__(self, model: EmbeddedModel) -> None:
        self.model = model
        self._lock = threading.Lock()
        self._run: EngineRun | None = None

    @property
    def ready(self) -> bool:
        """Whether a request would be answered without loading the model first."""
        run = self._run
        return run is not None and run.ready.done() and not run.gone.done()

    @property
    def pid(self) -> int | None:
        """The child's process number while there is one."""
        run = self._run
        return run.pid if run is not None and not run.gone.done() else None

    async def start(self, limit_s: float = LOAD_LIMIT_S) -> Address:
        """The engine's address, once it has loaded the model.

        Raises EngineError where the engine is not installed, the model not pulled, or the loading
        failed or took longer than `limit_s`. A cancel returns at once; the loading goes on, for
        whoever asks next.
        """
        await self._check_file()
        run = self._running()
        try:
            async with asyncio.timeout(limit_s):
                loaded = await _settled(run.ready)
        except TimeoutError:
            run.stop()
            raise EngineError(
                f"The embedded engine did not load {self.model.name} within {limit_s:g} s: "
                "close other programs, or take a smaller model."
            ) from None
        if not loaded:
            raise EngineError(
                f"The embedded engine could not load {self.model.name} ({run.why_gone()}): "
                f"try again, or fetch the model anew with `nbstream pull {self.model.name}`."
            )
        return Address(run.url, run.key)

    async def why_gone(self, address: Address, within_s: float) -> str | None:
        """Why the engine that was at `address` is over, or None where it still runs `within_s`
        seconds from now: a closed connection is seen before the process is."""
        run = self._run
        if run is None or run.url != address.url:
            return "on request"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await _settled(run.gone)
        return run.why_gone() if run.gone.done() else None

    def stop(self) -> None:
        """End the child process, if there is one; the next `start` begins a new one."""
        with self._lock:
            run, self._run = self._run, None
        if run is not None:
            run.stop()

    async def _check_file(self) -> None:
        """Raises EngineError where the file to load is not the model's, if others can change it."""
        run = self._run
        is_needed = run is None or run.gone.done()
        path = pulled_path(self.model) if is_needed else None
        if path is not None and (why := shared(path)):
            # It takes seconds for a large one.
            await asyncio.to_thread(check_unchanged, self.model, path, why)

    def _running(self) -> EngineRun:
        with self._lock:
            if self._run is None or self._run.gone.done():
                if importlib.util.find_spec("xllamacpp") is None:
                    raise EngineError(
                        "The embedded engine is not installed: "
                        f"run `{install_command('local')}` and try again."
                    )
                self._run = EngineRun(self.model, require_pulled(self.model))
            return self._run


async def _settled(future: Future[T]) -> T:
    """The result of `future`. Other than with `asyncio.wrap_future`, a cancel here leaves it
    alone: others wait for it too."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def settle() -> None:
        if not done.done():
            done.set_result(None)

    def wake(_: Future[T]) -> None:
        # The loop may be closed by now.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle)

    future.add_done_callback(wake)
    await done
    return future.result()


_engines: dict[EmbeddedModel, Engine] = {}
_engines_lock = threading.Lock()


def engine_for(model: EmbeddedModel) -> Engine:
    """This process' engine for `model`."""
    with _engines_lock:
        return _engines.setdefault(model, Engine(model))


def stop_engines() -> None:
    """Stop every engine of this process; it happens by itself at exit."""
    with _engines_lock:
        engines = list(_engines.values())
    for engine in engines:
        engine.stop()


def _forget_engines() -> None:
    """In a forked process: the engines are the parent's."""
    global _engines_lock
    _engines_lock = threading.Lock()
    _engines.clear()


atexit.register(stop_engines)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_engines)
