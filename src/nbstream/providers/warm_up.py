"""What a request may wait for before it is sent: nothing of it is the server's silence."""

from __future__ import annotations

from typing import Any

from .exchange import Connect, load
from .failures import Asked
from .listing import ask


async def warm_up(module: str, connect: Connect, asked: Asked) -> None:
    """Import the SDK and make its client, where that was not done yet. Raises the failures that a
    stream raises."""
    await load(module)
    await ask(connect, _touched, asked)


async def _touched(client: Any) -> list[str]:
    """The parts of the SDKs that are imported when they are first used."""
    for names in (("aio", "models"), ("chat", "completions"), ("messages",)):
        part = client
        for name in names:
            part = getattr(part, name, None)
    return []
