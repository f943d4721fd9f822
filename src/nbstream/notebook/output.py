"""The output of one cell: live while its stream runs, static after it."""

# IPython types its display functions only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from IPython.display import display

from ..api import remember
from ..generation import Generation
from ..session import Session, Sink
from ..sinks.formatted import Formatted, saved, saved_in_parts
from ..sinks.tee import tee
from ..transcript import Transcript
from .displayed import show
from .live import LiveSink
from .look import Look
from .loop import background_loop
from .runtime import runtime
from .widget import LiveWidget

_WIDGET = "application/vnd.jupyter.widget-view+json"
# A page that has not asked by then cannot get a question in while the cell runs.
_UNASKED_AFTER_S = 1.5
_ASKED_WITHIN_S = 0.02


class CellOutput:
    """Shown in the running cell as soon as it is made; `run` then fills it, on the background loop,
    and `settle` leaves what stays."""

    def __init__(self, session: Session, look: Look, *, outlives_cell: bool = False) -> None:
        self._session = session
        self._look = look
        self._shown = session.transcript if look.format == "markdown" else Transcript()
        self._live = LiveSink(background_loop(), self._shown, runtime(), look.reader)
        self._sink: Sink = self._live
        if look.format != "markdown":
            is_checked = session.wanted.schema is not None
            self._sink = Formatted(look.format, self._live, self._shown, is_checked=is_checked)
        self._widget = LiveWidget(self._live, session.cancel, outlives_cell=outlives_cell)
        plain = f"{session.model} …"
        handle = display({**self._view(), "text/plain": plain}, raw=True, display_id=True)
        assert handle is not None
        self._handle = handle

    async def run(self, more: Sequence[Sink] = ()) -> None:
        """Run the session into the output; `more` sinks get the frames as they came."""

        def push_unasked() -> None:
            if not self._widget.hellos:
                self._live.push_runtime()

        timer = asyncio.get_running_loop().call_later(_UNASKED_AFTER_S, push_unasked)
        try:
            await self._session.run(tee(self._sink, *more))
            if self._look.keep:
                # An answer that comes at once is there before the page has asked for it.
                await self._until_asked(timer.when())
        finally:
            timer.cancel()

    async def _until_asked(self, at_latest: float) -> None:
        loop = asyncio.get_running_loop()
        while not self._widget.hellos and loop.time() < at_latest:  # noqa: ASYNC110 - other thread
            await asyncio.sleep(_ASKED_WITHIN_S)

    def settle(self) -> Generation:
        """Put the static result in place of the live one, once the session is over."""
        generation = remember(self._session)
        # Where no page has asked, as in nbconvert, a widget would wait for its kernel for ever.
        stays = self._look.keep and self._widget.hellos > 0
        view: dict[str, Any] = self._view() if stays else {}
        data, markdown = saved_in_parts(generation, self._shown, self._look.format)
        handle = self._handle
        show({**view, **data}, markdown, lambda data: handle.update(data, raw=True))
        if self._widget.hellos:
            # Made anew for a page that asks: it would be as large as the answer.
            self._widget.settle(
                lambda: {**view, **saved(generation, self._shown, self._look.format)}, stays=stays
            )
        else:
            self._widget.close()
        return generation

    def _view(self) -> dict[str, Any]:
        model_id = self._widget.model_id
        return {_WIDGET: {"version_major": 2, "version_minor": 0, "model_id": model_id}}
