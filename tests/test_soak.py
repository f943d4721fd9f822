"""Hundreds of generations through the real adapters against a server of moods: each ends once, and
nothing of it is left.

The moods are drawn from one seed, which a failure names: NBSTREAM_SOAK_SEED=… repeats them.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module

import psutil
import pytest

import nbstream
from nbstream import api
from nbstream.events import End, Event, Frame, Reset, Start, TextDelta
from nbstream.session import Session
from tests.answers import DROP, RESET, STALL, Answer, Received, Step
from tests.loopback import LoopbackThread
from tests.speaking import begun, framed, sse

pytestmark = pytest.mark.soak

GENERATIONS = 500
AT_ONCE = 16
MODELS = ("anthropic/m", "openai-chat/m", "openai-responses/m", "google/m")
TEXT = "".join(f"w{number:02} größe 👩‍🔬 " for number in range(16)) + "end."
TOKENS = re.findall(r"\S+\s*", TEXT)
KEY = "sk-canary-5f0c9a7e31d84b62"
# The first sees some 50 objects left by each generation, and the interpreter counts them exactly;
# what the system says is coarser, as freed memory stays with the process.
MOST_BLOCKS = 20_000
MOST_GROWTH_BYTES = 100_000_000
MOODS = {
    "whole": 10,
    "kept": 10,
    "429": 2,
    "429-wait": 2,
    "500": 2,
    "529": 2,
    "401": 1,
    "closed": 1,
    "silent": 1,
    "empty": 1,
    "page": 1,
    "drop": 4,
    "reset": 4,
    "stall": 1,
    "half-utf-8": 2,
    "no-utf-8": 1,
    "wrong-json": 1,
    "unmarked": 2,
    "error": 2,
}


@dataclass
class Moody:
    """A server's script; what a request continues it goes on with, to the letter."""

    chance: random.Random
    seen: Counter[str] = field(default_factory=Counter[str])
    by_prompt: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def __call__(self, request: Received) -> Answer:
        (mood,) = self.chance.choices(list(MOODS), list(MOODS.values()))
        self.seen[mood] += 1
        (prompt,) = set(re.findall(r"prompt \d+", json.dumps(request.body)))
        self.by_prompt.setdefault(prompt, []).append(mood)
        rest = TEXT[len(begun(request)) :]
        before, spoken, after = framed(request.path, re.findall(r"\s*\S+\s*", rest))
        place = self.chance.randrange(len(spoken) + 1)
        # Some clients pass over what they cannot read: then the answer is whole all the same.
        said, unsaid = [before, *spoken[:place]], [*spoken[place:], after]
        error = {"type": "error", "error": {"type": "api_error", "message": f"No, {KEY}."}}
        if mood.isdigit():
            return Answer.json(error, int(mood))
        steps: dict[str, Sequence[Step]] = {
            "drop": [*said, DROP],
            "reset": [*said, RESET],
            "stall": [*said, STALL],
            "half-utf-8": [*said, b'data: {"choices": [{"delta": {"content": "\xf0\x9f', DROP],
            "no-utf-8": [*said, b"data: \xff\xfe\n\n", *unsaid],
            "wrong-json": [*said, b"data: {oops\n\n", *unsaid],
            "unmarked": said,
            "error": [*said, sse(error, "error")],
            "empty": [],
        }
        match mood:
            case "429-wait":
                return Answer.json(error, 429, retry_after_ms="50")
            case "closed":
                return Answer([DROP], silent=True)
            case "silent":
                return Answer([STALL], silent=True)
            case "page":
                return Answer([b"<html>Hi</html>"], headers={"content-type": "text/html"})
            case "whole" | "kept":
                return Answer(
                    [before, *spoken, after],
                    keep_alive=mood == "kept",
                    split=self.chance.choice([None, 7]),
                )
            case _:
                return Answer(steps[mood])


@dataclass(frozen=True)
class Plan:
    """One generation: what is asked for, and after how many frames it is left, if at all."""

    prompt: str
    model: str
    options: nbstream.options.Options
    leave: Callable[[Session, asyncio.Task[object]], object] | None
    after: int


def plans(chance: random.Random, url: str, count: int) -> list[Plan]:
    ways = [None] * 8 + [lambda session, _: session.cancel(), lambda _, task: task.cancel()]
    return [
        Plan(
            f"prompt {number}",
            model := chance.choice(MODELS),
            {
                "base_url": f"{url}/v1" if model.startswith("openai") else url,
                "api_key": KEY,
                "retries": chance.choice([0, 1, 2]),
                "on_drop": chance.choice([None, "continue", "restart", "stop"]),
                "max_idle_seconds": 1,
                "max_retry_seconds": 5,
            },
            chance.choice(ways),
            chance.randrange(30),
        )
        for number in range(count)
    ]


async def events_of(plan: Plan) -> list[Event]:
    """The events of the generation, by `stream` or, where it is left, by its session."""
    if plan.leave is None:
        return [
            event async for event in nbstream.stream(plan.prompt, model=plan.model, **plan.options)
        ]
    leave, frames = plan.leave, list[Frame]()
    session = api.prepare(plan.prompt, model=plan.model, **plan.options)

    async def sink(frame: Frame) -> None:
        frames.append(frame)
        if frame.seq == plan.after:
            leave(session, task)

    task = asyncio.ensure_future(session.run(sink))
    with suppress(asyncio.CancelledError):
        await task
    assert [frame.seq for frame in frames] == list(range(len(frames)))
    return [frame.event for frame in frames]


def check(events: Sequence[Event]) -> str:
    """That the stream is whole; returns how it ended."""
    assert isinstance(events[0], Start)
    assert isinstance(events[-1], End)
    assert sum(isinstance(event, Start | End) for event in events) == 2
    end = events[-1]
    assert end.code != "internal", end
    assert KEY not in repr(events)
    text = ""
    for event in events:
        text = "" if isinstance(event, Reset) else text
        text += event.text if isinstance(event, TextDelta) else ""
    assert text == (TEXT if end.status == "complete" else TEXT[: len(text)])
    return end.status


def run(planned: Sequence[Plan], moody: Moody) -> Counter[str]:
    """How they ended, several at once in a loop of their own."""
    ended: Counter[str] = Counter()
    unheard: list[object] = []
    waiting = list(planned)

    async def worker() -> None:
        while waiting:
            plan = waiting.pop()
            try:
                ended[check(await events_of(plan))] += 1
            except AssertionError as error:
                error.add_note(f"{plan}: {moody.by_prompt[plan.prompt]}")
                raise

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
        before = asyncio.all_tasks()
        async with asyncio.TaskGroup() as workers:
            for _ in range(AT_ONCE):
                workers.create_task(worker())
        gc.collect()
        # The SDKs leave generators to be closed by the loop, in tasks that end at once.
        async with asyncio.timeout(5):
            while asyncio.all_tasks() != before:  # noqa: ASYNC110
                await asyncio.sleep(0)

    asyncio.run(main())
    gc.collect()
    assert unheard == []
    return ended


@dataclass(frozen=True)
class Held:
    """What this process holds."""

    files: int
    threads: int
    resident_bytes: int
    blocks: int
    objects: int

    @classmethod
    def now(cls) -> Held:
        gc.collect()
        process = psutil.Process()
        files = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
        kinds = (Session, asyncio.Task, nbstream.transcript.Transcript)
        # By type: to ask the SDKs' stand-ins for pandas what they are imports it.
        alive = sum(issubclass(type(each), kinds) for each in gc.get_objects())
        resident, blocks = process.memory_info().rss, sys.getallocatedblocks()
        return cls(files, threading.active_count(), resident, blocks, alive)


def test_every_generation_ends_once_and_leaves_nothing():
    seed = int(os.environ.get("NBSTREAM_SOAK_SEED") or random.randrange(2**32))
    print(f"NBSTREAM_SOAK_SEED={seed}")
    for sdk in ("anthropic", "google.genai", "openai"):
        import_module(sdk)  # which would take longer than the silence that is allowed here
    chance = random.Random(seed)
    moody = Moody(random.Random(seed))
    with LoopbackThread(script=moody) as server:
        todo = plans(chance, server.url, GENERATIONS)
        quarter = GENERATIONS // 4
        ended = run(todo[:quarter], moody)  # what is loaded and kept once is there after these
        server.requests.clear()
        before = Held.now()
        ended += run(todo[quarter:], moody)
        server.requests.clear()
        after = Held.now()
    print(dict(ended), dict(moody.seen), before, after)
    assert ended.total() == GENERATIONS
    assert ended["complete"] > 0
    assert ended["failed"] > 0
    assert ended["cancelled"] > 0
    assert moody.seen.keys() == MOODS.keys()
    assert (after.threads, after.objects) == (before.threads, before.objects)
    assert after.files <= before.files
    assert after.blocks - before.blocks < MOST_BLOCKS
    assert after.resident_bytes - before.resident_bytes < MOST_GROWTH_BYTES
