"""The output of a cell that nobody watches: the static result, once it is there."""

# IPython types its display functions only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Sequence

from IPython.display import display

from ..api import remember
from ..events import Frame
from ..generation import Generation
from ..session import Session, Sink
from ..sinks.formatted import formatted_transcript, saved_in_parts
from ..sinks.tee import tee
from .displayed import show
from .look import Look


class FinalOutput:
    """`run` runs the session and `settle` displays what it came to: a widget would stay in the
    file, and runners log what is displayed, not what takes its place."""

    def __init__(self, session: Session, look: Look) -> None:
        self._session = session
        self._look = look
        is_checked = session.wanted.schema is not None
        self._shown, self._sink = formatted_transcript(
            look.format, session.transcript, _nowhere, is_checked=is_checked
        )

    async def run(self, more: Sequence[Sink] = ()) -> None:
        """Run the session; `more` sinks get its frames."""
        await self._session.run(tee(self._sink, *more))

    def settle(self) -> Generation:
        """Display the static result, once the session is over."""
        generation = remember(self._session)
        data, markdown = saved_in_parts(generation, self._shown, self._look.format)
        show(data, markdown, lambda data: display(data, raw=True))
        return generation


async def _nowhere(_frame: Frame) -> None:
    pass
