"""The live output: one anywidget whose traffic is custom messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget

from .live import LiveSink
from .runtime import stub
from .wait import opt_out_of_subshell_routing


class LiveWidget(anywidget.AnyWidget):
    """Shows one stream. Holds no text of its own: the page asks for what it does not have."""

    def __init__(
        self, live: LiveSink, on_cancel: Callable[[], None], *, outlives_cell: bool = False
    ) -> None:
        self._live = live
        self._on_cancel = on_cancel
        self.hellos = 0
        super().__init__(_esm=stub())
        live.attach(self._post)
        opt_out_of_subshell_routing(self, outlives_cell=outlives_cell)
        self.on_msg(self._take)  # pyright: ignore[reportUnknownMemberType]

    def close(self) -> None:
        """Leave nothing in the page, the layout that every widget has included."""
        layout: Any = getattr(self, "layout")  # noqa: B009 - of no known type
        super().close()
        if layout is not None:
            layout.close()

    def settle(self, data: dict[str, Any]) -> None:
        """Hand the page what stays of the output, to put in this widget's place."""
        self._post({"type": "settled", "model_id": self.model_id, "data": data}, [])

    def _post(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(content, buffers)  # pyright: ignore[reportUnknownMemberType]

    def _take(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """A message of the page; on the main thread or a subshell's."""
        kind = content.get("type")
        if kind == "cancel":
            self._on_cancel()
        elif kind in ("hello", "sync", "chunk"):
            self.hellos += kind == "hello"
            self._live.answer(content)
