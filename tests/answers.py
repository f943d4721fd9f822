"""What a loopback server is asked, and what it answers step by step."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Act(Enum):
    """Steps that are no bytes."""

    DROP = "drop"
    """Close the connection in the middle of the answer."""
    RESET = "reset"
    """The same as a reset: the client's socket reports an error."""
    STALL = "stall"
    """Say nothing more until the client leaves."""


DROP, RESET, STALL = Act.DROP, Act.RESET, Act.STALL
Step = bytes | asyncio.Event | float | Act
"""Bytes to send, an event to wait for, a `perf_counter()` time to wait for, or an act."""


@dataclass
class Received:
    """A request, and what became of its connection."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    received_at: float
    first_byte_at: float | None = None
    ended_at: float | None = None
    """When the answer was sent to its end."""
    closed_at: float | None = None
    """When the client closed; before `ended_at` it left in the middle."""
    connection: int = 0
    """The number of the connection it came on, from 1."""
    closed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def facts(self) -> dict[str, Any]:
        """The request as JSON, without headers."""
        return {
            name: getattr(self, name)
            for name in (
                *("method", "path", "body"),
                *("received_at", "first_byte_at", "ended_at", "closed_at"),
            )
        }


@dataclass
class Answer:
    """What to answer. `split` cuts the body's bytes into chunks of so many bytes."""

    steps: Iterable[Step] | AsyncIterator[Step] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/event-stream"})
    split: int | None = None
    chunked: bool = True
    """Else the end of the connection is the end of the body."""
    keep_alive: bool = False
    """Leave the closing to the client, also when all is said."""
    silent: bool = False
    """Send no status and no headers, only the steps."""

    @classmethod
    def json(cls, data: Any, status: int = 200, **headers: str) -> Answer:
        """A whole JSON answer; `headers` have `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(
            [json.dumps(data).encode()],
            status=status,
            headers={"content-type": "application/json", **named},
        )
