"""Memory of the kernel: what a long answer adds to it."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from .answer import answer
from .figures import Figure, Note, Row
from .kernel_page import KernelPage, kernel_page

PART = 100_000
TIMES = 100
PIECE = 5
BOUND_MB = 60
SAMPLE_S = 0.02


WIDE = {"ASCII": "", "an … in each 100 KB": "…", "an emoji in each 100 KB": "🙂"}
"""A Python string is stored in one, two or four bytes a character, by the widest it has."""


def measure() -> Iterator[Row]:
    """A kernel of its own for each way, warmed up with a small answer."""
    bare = _growth("await long_list({times}, {piece})")
    size = f"a {PART * TIMES // 10**6} MB answer of {PIECE}-character pieces"
    against = "for a list of the pieces"
    for name, wide in WIDE.items():
        ours = _growth("long_answer({times}, {piece})", wide)
        what = f"kernel's growth at its highest, {size}" if not wide else "… at its highest"
        yield Figure(
            "memory",
            f"{what}, {name}",
            ours.highest_mb,
            "MB",
            None if wide else bare.highest_mb,
            "" if wide else against,
            bound=BOUND_MB,
        )
        yield Figure(
            "memory",
            "… and afterwards",
            ours.after_mb,
            "MB",
            None if wide else bare.after_mb,
            "",
            bound=BOUND_MB,
        )
        if not wide:
            yield Note("memory", f"the answer went to the page in {ours.messages:,} messages.")


@dataclass(frozen=True, slots=True)
class _Growth:
    highest_mb: float
    after_mb: float
    messages: int


def _growth(way: str, wide: str = "") -> _Growth:
    with kernel_page() as page:
        page.execute(f"TEXT = {answer(PART - len(wide)) + wide!r}")
        page.run(way.format(times=1, piece=PIECE))
        page.messages = 0
        before = _resident(page)
        with _highest(page) as highest:
            page.run(way.format(times=TIMES, piece=PIECE))
        after = _resident(page)
        return _Growth((highest[0] - before) / 1e6, (after - before) / 1e6, page.messages)


def _resident(page: KernelPage) -> int:
    return psutil.Process(page.pid).memory_info().rss


@contextmanager
def _highest(page: KernelPage) -> Generator[list[int]]:
    """The highest resident size in bytes during the block, in a list of one.

    Linux keeps it to the page; elsewhere it is looked at many times a second.
    """
    highest = [0]
    kept = Path(f"/proc/{page.pid}/clear_refs")
    if kept.exists():
        kept.write_text("5")
        yield highest
        status = kept.with_name("status").read_text()
        highest[0] = 1024 * int(status.partition("VmHWM:")[2].split(maxsplit=1)[0])
        return
    over = threading.Event()

    def sample() -> None:
        while not over.wait(SAMPLE_S):
            highest[0] = max(highest[0], _resident(page))

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    try:
        yield highest
    finally:
        over.set()
        sampler.join()
