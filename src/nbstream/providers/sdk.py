"""Loading of an SDK: seconds of work the first time, so off the event loop."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module


async def load(module: str) -> None:
    """Import `module`; the loop goes on meanwhile, so that the wait can be seen and cancelled."""
    if module not in sys.modules:
        await asyncio.to_thread(import_module, module)
