"""Streamed Markdown in a page: what drawing it takes, ours beside what others draw it with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from ..browser import FLAGS, find_chromium
from ..figures import Figure, Note, Row
from .pages import OURS, PEERS, PLAIN, build, described
from .run import Drawn, Text, draw, draw_tenths, opened

TEXTS = (
    Text("answer", 10_000),
    Text("answer", 100_000),
    Text("answer", 1_000_000),
    Text("list", 100_000),
    Text("quote", 100_000),
    Text("table", 100_000),
    Text("paragraph", 100_000),
    Text("code", 1_000_000),
)
# Ours alone, ten times as much an animation frame: no peer comes near.
HUGE = Text("answer", 10_000_000, per_frame=1000)

BOUND_GROWTH = 1.2
BOUND_P99_MS = 8
BOUND_TASK_MS = 50
# A machine may get a third slower or faster from one second to the next. So small a text takes a
# fifth of a second: all draw it in turn, so many times, and of each the middle one counts. Of a
# large one the first and the last tenth are drawn in turn.
SMALL, SMALL_TIMES = 10_000, 30
LARGE = 1_000_000
# Below, a text node that never wraps anything in anything is the cheapest there is.
PLAIN_FROM = 50_000
# A peer is given up on after so much more CPU than ours, but not before this.
PATIENCE = 3
LEAST_PATIENCE_MS = 15_000
# Every frame is drawn as soon as the one before is, on no screen's beat.
UNPACED = ("--disable-frame-rate-limit", "--disable-gpu-vsync")


def measure() -> Iterator[Row]:
    """Each stack draws each text in a page of its own, one after the other, in one browser."""
    try:
        pages = build()
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        yield Note("rendering", f"Nothing was measured: {error}")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*FLAGS, *UNPACED]
        )
        for text in TEXTS:
            yield from _compare(browser, pages, text)
        drawn = draw(browser, pages[OURS], HUGE)
        yield Figure("rendering", f"{_named(HUGE)}: CPU in all", drawn.cpu, "ms")
        tenths = drawn.first_tenth, drawn.last_tenth
        yield from _ours(HUGE, drawn, tenths, bounded=False)
        browser.close()
    names = "; ".join(f"{stack}: {described(stack)}" for stack in PEERS)
    yield Note("rendering", f"The baselines are {names}.")


def _compare(browser: Browser, pages: dict[str, Path], text: Text) -> Iterator[Row]:
    """Ours against the cheapest of the others, then what each of them took."""
    if text.characters <= SMALL:
        drawn = _draw_in_turn(browser, pages, text)
        ours = drawn[OURS]
        others = {peer: _middle(drawn[peer]) for peer in PEERS}
    else:
        ours = [_draw(browser, pages, OURS, text)]
        patience = max(ours[0].cpu * PATIENCE, LEAST_PATIENCE_MS)
        others = {peer: _draw(browser, pages, peer, text, patience) for peer in PEERS}
    middle = _middle(ours)
    rivals = {
        peer: drawn.cpu
        for peer, drawn in others.items()
        if peer != PLAIN or text.characters >= PLAIN_FROM
    }
    cheapest = min(rivals, key=rivals.__getitem__)
    yield Figure(
        "rendering",
        f"{_named(text)}: CPU in all",
        middle.cpu,
        "ms",
        rivals[cheapest],
        f"by {cheapest}" + _given_up(others[cheapest]),
        bound=1,
        of_baseline=True,
    )
    tenths = middle.first_tenth, middle.last_tenth
    if text.characters >= LARGE:
        tenths = draw_tenths(browser, pages[OURS], text)
    yield from _ours(text, middle, tenths, bounded=True)
    for peer, drawn in others.items():
        what = f"{_named(text)}: CPU in all, {peer}{_given_up(drawn)}"
        yield Figure("rendering", what, drawn.cpu, "ms", middle.cpu, "by ours")


def _ours(text: Text, drawn: Drawn, tenths: tuple[float, float], *, bounded: bool) -> Iterator[Row]:
    name = _named(text)
    first, last = tenths
    yield Figure(
        "rendering",
        f"{name}: CPU a frame, last tenth",
        last,
        "ms",
        first,
        "in the first tenth",
        bound=BOUND_GROWTH if bounded and text.characters >= LARGE else None,
        of_baseline=True,
    )
    p99, task = (BOUND_P99_MS, BOUND_TASK_MS) if bounded else (None, None)
    yield Figure("rendering", f"{name}: p99 frame, CPU", drawn.p99, "ms", bound=p99)
    yield Figure("rendering", f"{name}: longest task, CPU", drawn.longest_task, "ms", bound=task)
    yield Figure("rendering", f"{name}: nodes", drawn.nodes, "")
    yield Figure("rendering", f"{name}: heap", drawn.heap_mb, "MB")


def _draw_in_turn(browser: Browser, pages: dict[str, Path], text: Text) -> dict[str, list[Drawn]]:
    print(f"  {_named(text)}, all in turn …", file=sys.stderr, flush=True)
    with ExitStack() as open_pages:
        watched = {
            stack: open_pages.enter_context(opened(browser, page)) for stack, page in pages.items()
        }
        rounds = [
            {stack: page.draw(text) for stack, page in watched.items()} for _ in range(SMALL_TIMES)
        ]
    return {stack: [each[stack] for each in rounds] for stack in pages}


def _draw(
    browser: Browser,
    pages: dict[str, Path],
    stack: str,
    text: Text,
    most_cpu_ms: float | None = None,
) -> Drawn:
    print(f"  {_named(text)}, {stack} …", file=sys.stderr, flush=True)
    return draw(browser, pages[stack], text, most_cpu_ms)


def _middle(runs: Iterable[Drawn]) -> Drawn:
    ordered = sorted(runs, key=lambda run: run.cpu)
    return ordered[len(ordered) // 2]


def _named(text: Text) -> str:
    size = text.characters // 1000
    amount = f"{size} KB" if size < 1000 else f"{size // 1000} MB"
    return amount if text.shape == "answer" else f"{amount}, one {text.shape}"


def _given_up(drawn: Drawn) -> str:
    return "" if drawn.whole else f" (given up at {drawn.characters // 1000} KB)"
