"""One stream to several sinks."""

from __future__ import annotations

from ..events import Frame
from ..session import Sink


def tee(*sinks: Sink) -> Sink:
    """A sink that gives each frame to all of `sinks`, in order; the slowest sets the pace."""

    async def to_all(frame: Frame) -> None:
        for sink in sinks:
            await sink(frame)

    return to_all
