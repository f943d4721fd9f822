"""The terminal view with rich: see `sinks.terminal`."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO

from markdown_it import MarkdownIt
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markdown import Markdown
from rich.text import Text

from ..events import End, Frame, Notice, Reset, TextDelta
from ..generation import Generation
from ..transcript import Transcript
from .saved import footer
from .terminal import PrintableText, printable, retry_sentence, status_line

_REFRESH_HZ = 8
# What rich would leave out stands as it was written: HTML, definitions of links, and pictures.
_PARSER = (
    MarkdownIt("commonmark")
    .enable(["table", "strikethrough"])
    .disable(["html_block", "html_inline", "reference", "image"])
)


class RichText:
    """A sink; use it as a context manager, so that the terminal is left in order."""

    def __init__(self, out: TextIO) -> None:
        self._transcript = Transcript()
        self._open = ""
        self._text = PrintableText()
        self._heard = time.monotonic()
        self._next_look_s = 0.0
        self._console = Console(file=out)
        # On a timer of its own: the time goes on while nothing comes.
        self._live = Live(
            console=self._console,
            get_renderable=self._below,
            refresh_per_second=_REFRESH_HZ,
            transient=True,
        )

    def __enter__(self) -> RichText:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()
        # What was drawn live is gone with that, also where no end came.
        if self._transcript.end is None and self._open.strip():
            self._console.print(_rendered(self._open))

    async def __call__(self, frame: Frame) -> None:
        """Take the next frame."""
        self._transcript.add(frame)
        event = frame.event
        self._heard = time.monotonic()
        if isinstance(event, TextDelta):
            self._open += self._text.take(event.text)
            if "\n" in event.text and frame.at_s >= self._next_look_s:
                self._next_look_s = frame.at_s + 1 / _REFRESH_HZ
                self._print_closed_blocks()
        elif isinstance(event, Reset):
            self._open = ""
            self._text = PrintableText()
            self._console.print(Text(retry_sentence(event), style="yellow"))
        elif isinstance(event, Notice):
            self._console.print(Text(printable(event.text), style="dim"))
        elif isinstance(event, End):
            self._finish(event)

    def _below(self) -> RenderableType:
        """What is drawn anew each time: the open block and the status line."""
        if self._transcript.end is not None:
            return Text("")
        parts: list[RenderableType] = [_rendered(self._tail())] if self._open.strip() else []
        waited_s = time.monotonic() - self._heard
        return Group(
            *parts, Text(f"{status_line(self._transcript, waited_s)} · Ctrl-C cancels", style="dim")
        )

    def _print_closed_blocks(self) -> None:
        starts = [
            token.map[0]
            for token in _PARSER.parse(self._open)
            if token.level == 0 and token.map is not None and token.nesting >= 0
        ]
        if len(starts) < 2:
            return
        lines = self._open.split("\n")
        self._console.print(_rendered("\n".join(lines[: starts[-1]])))
        self._open = "\n".join(lines[starts[-1] :])

    def _tail(self) -> str:
        """As much of the open block as the window holds: rich cannot scroll a live region."""
        lines = self._open.split("\n")
        room = max(4, self._console.height - 4)
        if len(lines) <= room:
            return self._open
        fence = lines[:1] if lines[0].lstrip().startswith(("```", "~~~")) else []
        return "\n".join([*fence, *lines[-room:]])

    def _finish(self, end: End) -> None:
        self._live.refresh()
        self._open += self._text.end()
        if self._open.strip():
            self._console.print(_rendered(self._open))
        if end.error:
            self._console.print(Text(printable(end.error), style="red"))
        self._console.print(Text(footer(Generation.of(self._transcript)), style="dim italic"))


def _rendered(text: str) -> Markdown:
    # With the addresses of links beside their texts: a terminal's own links would hide them.
    rendered = Markdown("", hyperlinks=False)
    rendered.markup, rendered.parsed = text, _PARSER.parse(text)
    return rendered
