"""Widgets whose page is a stranger: any client of the kernel can send what it likes in its name."""

# ipywidgets is typed only in part.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import logging
from typing import Any, cast

import traitlets
from ipywidgets import Layout, Widget

from ..errors import NbStreamError, UsageError

_MOST_CHARACTERS = 400

_log = logging.getLogger(__name__)


class PageWidget(Widget):
    """A widget that takes of its page what `check_from_page` and `take_from_page` take. Everything
    else changes nothing, and the page is told why in one sentence."""

    def check_from_page(self, name: str, value: Any) -> None:
        """Raises UsageError where the page may not set that trait to that."""
        raise UsageError(f"A page cannot set {name[:40]!r} here.")

    def take_from_page(self, content: dict[str, Any], buffers: Any) -> None:
        """Do what a custom message asks for. Raises NbStreamError."""

    def refuse(self, sentence: str, ask: str = "") -> None:
        """Tell the page why what it asked for is not done."""
        problem = {"type": "problem", "text": brief(sentence), "ask": ask}
        self.send(problem, [])

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Set what the page may set; of the rest it gets the values that hold."""
        kept: list[str] = []
        for name, value in sync_data.items():
            try:
                if name in self.keys and value == getattr(self, name):
                    continue
                self.check_from_page(name, value)
                super().set_state({name: value})
            except (NbStreamError, traitlets.TraitError) as error:
                if not kept and str(error):
                    self.refuse(str(error))
                kept.append(name)
        if synchronised := [name for name in kept if name in self.keys]:
            self.send_state(synchronised)

    def _handle_msg(self, msg: Any) -> None:
        """A message of the page's comm; on the main thread or a subshell's."""
        try:
            match msg["content"]["data"]:
                case {"method": "update", "state": dict(state)}:
                    self.set_state(cast(dict[str, Any], state))
                case {"method": "request_state"}:
                    self.send_state()
                case {"method": "custom", "content": dict(content)}:
                    # With the callbacks of whoever listens to the widget too.
                    self._handle_custom_msg(content, msg.get("buffers") or [])
                case _:
                    self.refuse("That is no message of a page's: nothing was done.")
        except NbStreamError as error:
            self.refuse(str(error))
        except Exception as error:
            _log.debug("A page's message could not be taken.", exc_info=error)
            self.refuse("That message cannot be read: nothing was done.")

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        self.take_from_page(content, buffers)
        super()._handle_custom_msg(content, buffers)


class PageLayout(PageWidget, Layout):
    """The layout of such a widget, which its page cannot set either."""

    def refuse(self, sentence: str, ask: str = "") -> None:
        """A layout has nobody to tell."""


def brief(sentence: str) -> str:
    """The sentence, however long the value in it is."""
    if len(sentence) <= _MOST_CHARACTERS:
        return sentence
    half = _MOST_CHARACTERS // 2
    return f"{sentence[:half]}…{sentence[-half:]}"
