"""One stack draws one text in a page of its own, its main thread's CPU time read as it goes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import fmean
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

# A trace is of so many frames, or of a tenth of a longer text's; a give-up is looked for as often.
_STEP, _TRACES = 200, 10
# Of what is drawn in turn, so many frames at a time.
_TURN = 50
_MARK = "nbstream-frame"
_TASK = "ThreadControllerImpl::RunTask"
_CATEGORIES = ("-*", "toplevel", "blink.user_timing")


@dataclass(frozen=True, slots=True)
class Text:
    """`shape` names what `text.js` writes, of about so many characters."""

    shape: str
    characters: int
    per_frame: int = 100


# Drawn first, so that loading and compiling the code is in no figure.
_WARM_UP = Text("answer", 20_000)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What it took. CPU in ms, the main thread's."""

    characters: int
    """How many were drawn: fewer than there are where the stack was given up on."""
    whole: bool
    cpu: float
    first_tenth: float
    """CPU a frame."""
    last_tenth: float
    frames: Sequence[float]
    """CPU of each frame, its style, layout and paint included, in ascending order."""
    longest_task: float
    nodes: int
    heap_mb: float

    @property
    def p99(self) -> float:
        return self.frames[int(len(self.frames) * 0.99)] if self.frames else 0.0


def draw(browser: Browser, page_file: Path, text: Text, most_cpu_ms: float | None = None) -> Drawn:
    """The stack draws the text in a page of its own, or as much of it as `most_cpu_ms` allow."""
    with opened(browser, page_file) as page:
        return page.draw(text, most_cpu_ms)


def draw_tenths(browser: Browser, page_file: Path, text: Text) -> tuple[float, float]:
    """CPU a frame, in ms, of the text's first and of its last tenth, drawn a few frames in turn in
    two pages: a machine that changes its speed does so for both."""
    with opened(browser, page_file) as early, opened(browser, page_file) as late:
        frames = early.begin(text)
        tenth = frames // 10
        rest = late.begin(text) - tenth
        late.run(rest)
        first = last = 0.0
        for until in [*range(_TURN, tenth, _TURN), tenth]:
            first += early.run(until)
            last += late.run(rest + until)
    return first / tenth, last / tenth


@contextmanager
def opened(browser: Browser, page_file: Path) -> Iterator[Watched]:
    """The stack's page in a process of its own, its code loaded and compiled."""
    page = browser.new_page(viewport={"width": 900, "height": 640})
    try:
        page.set_default_timeout(0)
        page.goto(page_file.as_uri())
        yield Watched(browser, page)
    finally:
        page.close()


class Watched:
    """A page of a stack, which may draw one text after the other."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self._browser = browser
        self._page = page
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._send("Performance.enable", timeDomain="threadTicks")
        self._frames: list[float] = []
        self._longest = 0.0
        self.run(self.begin(_WARM_UP))

    def begin(self, text: Text) -> int:
        """Begin the text; how many frames it takes."""
        return self._prepare(text)["frames"]

    def run(self, until: int) -> float:
        """Draw the frames before number `until`; the CPU time that took, in ms."""
        before = self._cpu_ms()
        self._page.evaluate("until => bench.run(until)", until)
        return self._cpu_ms() - before

    def draw(self, text: Text, most_cpu_ms: float | None = None) -> Drawn:
        self._frames = []
        self._longest = 0.0
        size = self._prepare(text)
        frames = size["frames"]
        self._send("HeapProfiler.collectGarbage")
        began = self._cpu_ms()
        done = 0
        traces = min(_TRACES, ceil(frames / _STEP))
        for trace in range(1, traces + 1):
            until = frames * trace // traces
            self._browser.start_tracing(page=self._page, categories=list(_CATEGORIES))
            while done < until and not _is_over(self._cpu_ms() - began, most_cpu_ms):
                done = min(done + _STEP, until)
                self.run(done)
            self._read(self._browser.stop_tracing())
            if done < until:
                break
        cpu = self._cpu_ms() - began
        self._send("HeapProfiler.collectGarbage")
        metrics = self._metrics()
        tenth = max(len(self._frames) // 10, 1)
        return Drawn(
            characters=size["characters"] * done // frames,
            whole=done == frames,
            cpu=cpu,
            first_tenth=fmean(self._frames[:tenth]),
            last_tenth=fmean(self._frames[-tenth:]),
            frames=sorted(self._frames),
            longest_task=self._longest,
            nodes=int(metrics["Nodes"]),
            heap_mb=metrics["JSHeapUsedSize"] / 2**20,
        )

    def _prepare(self, text: Text) -> dict[str, int]:
        asked = [text.shape, text.characters, text.per_frame]
        return self._page.evaluate("asked => bench.prepare(...asked)", asked)

    def _read(self, trace: bytes) -> None:
        """Takes the tasks of the main thread, each to the frame that it follows the start of."""
        events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
        marks = sorted((e for e in events if e["name"] == _MARK), key=lambda e: e["ts"])
        if not marks:
            return
        thread = (marks[0]["pid"], marks[0]["tid"])
        tasks = sorted(
            (e["ts"], e["ts"] + e["dur"], e.get("tdur", 0.0) / 1000)
            for e in events
            if e["name"] == _TASK and "dur" in e and (e["pid"], e["tid"]) == thread
        )
        at = 0
        frame = -1.0
        for _, end, cpu in tasks:
            starts = False
            while at < len(marks) and marks[at]["ts"] <= end:
                starts, at = True, at + 1
            if starts and frame >= 0:
                self._frames.append(frame)
            if starts or frame >= 0:
                frame = cpu if starts else frame + cpu
                self._longest = max(self._longest, cpu)

    def _cpu_ms(self) -> float:
        return self._metrics()["TaskDuration"] * 1000

    def _metrics(self) -> dict[str, float]:
        told = self._send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] for each in told}

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        told: Any = self._cdp.send(method, params)  # pyright: ignore[reportUnknownMemberType]
        return told


def _is_over(cpu_ms: float, most_cpu_ms: float | None) -> bool:
    return most_cpu_ms is not None and cpu_ms > most_cpu_ms
