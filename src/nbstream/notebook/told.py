"""How a magic ends that cannot do what it was asked for."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from ..errors import NbStreamError
from .failed import UsageError as Mistake
from .interrupt import NOT_BEGUN, Cancelled


@contextmanager
def told() -> Generator[None]:
    """A mistake becomes its sentence; an interrupt says what came of it."""
    try:
        yield
    except NbStreamError as error:
        raise Mistake(str(error)) from None
    except KeyboardInterrupt as interrupt:
        if isinstance(interrupt, Cancelled):
            raise
        # While the first cell imports what it needs, which takes a while.
        raise Cancelled(NOT_BEGUN) from None
