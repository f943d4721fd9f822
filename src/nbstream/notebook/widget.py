"""The live output: one anywidget whose traffic is custom messages."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import anywidget
from comm import create_comm, get_comm_manager

from ..errors import UsageError
from .live import LiveSink
from .page_widget import PageLayout, PageWidget, brief
from .runtime import stub
from .wait import opt_out_of_subshell_routing

# How many that have ended are still there for a page that opens the notebook as it was saved in
# mid-stream.
_MOST_ENDED = 20
_KINDS = ("cancel", "sync", "chunk", "hello", "shown", "released")
_ended: deque[LiveWidget] = deque()


class LiveWidget(PageWidget, anywidget.AnyWidget):
    """Shows one stream. Holds no text of its own: the page asks for what it does not have."""

    def __init__(
        self, live: LiveSink, on_cancel: Callable[[], None], *, outlives_cell: bool = False
    ) -> None:
        self._live = live
        self._on_cancel = on_cancel
        self._settled: Callable[[], dict[str, Any]] | None = None
        self._stays = False
        # For who prints what passes by: it goes on beside other cells.
        self._place = {"background": True} if outlives_cell else {}
        self.hellos = 0
        super().__init__(_esm=stub(), layout=PageLayout())
        live.attach(self._post)
        opt_out_of_subshell_routing(self, outlives_cell=outlives_cell)

    def close(self) -> None:
        """Leave nothing in the page, the layout that every widget has included."""
        layout: Any = getattr(self, "layout")  # noqa: B009 - of no known type
        super().close()
        if layout is not None:
            layout.close()

    def settle(self, data: Callable[[], dict[str, Any]], *, stays: bool) -> None:
        """The output has ended, and `data()` was put in its place; `stays` if the widget is part of
        it. A page that takes no update of this cell is handed it: one that was loaded anew in
        mid-stream, or that opens the notebook as it was saved then."""
        self._settled = data
        self._stays = stays
        if self.hellos > 1:
            self._live.say(self._settlement(data))
        if not stays:
            _ended.append(self)
            while len(_ended) > _MOST_ENDED:
                _ended.popleft()._forget()

    def _post(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        if content["type"] == "snapshot":
            content = {**content, "model_id": self.model_id}
        self.send({**content, **self._place}, buffers)  # pyright: ignore[reportUnknownMemberType]

    def take_from_page(self, content: dict[str, Any], buffers: Any) -> None:
        """A custom message of the page. Raises UsageError."""
        kind = content.get("type")
        if kind not in _KINDS:
            raise UsageError(f"An answer has no {brief(repr(kind))} to do: run the cell again.")
        if kind == "cancel":
            self._on_cancel()
        elif kind in ("sync", "chunk"):
            self._live.answer(content)
        elif self._settled is None:
            if kind == "hello":
                self.hellos += 1
                self._live.answer(content)
        # Every page that is loaded says hello to every widget there is: only one that shows it
        # needs what it held.
        elif kind == "shown":
            self._live.answer({**content, "type": "hello"})
            self._live.say(self._settlement(self._settled))
        elif kind == "released" and not self._stays:
            self._leave_page()

    def _settlement(self, data: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        return {"type": "settled", "model_id": self.model_id, "data": data()}

    def _leave_page(self) -> None:
        """Close it in the page, which shows it no more, and stay there for others."""
        for widget in self._both():
            before = widget.comm
            before.close()
            after: Any = create_comm(
                target_name="jupyter.widget", comm_id=before.comm_id, primary=False
            )
            if hasattr(before, "kernel"):
                after.kernel = before.kernel  # ipykernel's has none until it has opened
            get_comm_manager().register_comm(after)
            widget.comm = after
        opt_out_of_subshell_routing(self, outlives_cell=True)

    def _forget(self) -> None:
        """Take up no more room. A page that shows it, since it takes no updates, goes on to."""
        for widget in self._both():
            get_comm_manager().unregister_comm(widget.comm)
            widget.comm._closed = True  # else it would tell the page
        self.close()

    def _both(self) -> tuple[Any, Any]:
        """The widget and its layout."""
        return (self, getattr(self, "layout"))  # noqa: B009 - of no known type
