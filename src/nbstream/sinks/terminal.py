"""A stream in a terminal: finished blocks as rich Markdown, the open one live below them; plain
text where the output is a pipe.

Only the open block is drawn again, so a long answer costs no more a token than a short one, and
what has scrolled by stays in the terminal's own history.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO

from ..endings import number_of
from ..events import End, Frame, Notice, PhaseStart, Reset, TextDelta
from ..generation import Generation
from ..harmless.invisible import VisibleText, visible
from ..metrics import measure
from ..session import Sink
from ..transcript import Transcript
from .saved import duration, footer

_STATUS_EVERY_S = 0.5
# Everything a terminal would act on: C0 but tab and newline, DEL, C1.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """The text with control characters shown as U+FFFD: a model must not move the cursor, set the
    clipboard (OSC 52) or hide a link (OSC 8). Carriage returns are left out: they come before
    newlines, perhaps in another piece of the text. What hides or reorders text is named."""
    return visible(_without_controls(text))


class PrintableText(VisibleText):
    """The same for a text that comes in pieces."""

    def take(self, piece: str) -> str:
        return super().take(_without_controls(piece))


def _without_controls(text: str) -> str:
    return _CONTROL.sub("�", text.replace("\r", ""))


@contextmanager
def terminal_sink(out: TextIO | None = None, status: TextIO | None = None) -> Generator[Sink]:
    """A sink that prints to `out` (standard output), and closes what it drew when left.

    Where `out` is no terminal, lines about phases and progress go to `status`, if given.
    """
    out = out or sys.stdout
    assert out is not None
    if out.isatty():
        from .rich_text import RichText

        with RichText(out) as view:
            yield view
    else:
        with PlainText(out, status) as text:
            yield text


class PlainText:
    """The text as it comes, then the footer on a line of its own; on `status` a line for each
    phase, and one for the progress between lines of text, at most every half second. A context
    manager."""

    def __init__(self, out: TextIO, status: TextIO | None = None) -> None:
        self._out = out
        self._status = status
        self._next_status_s = 0.0
        self._transcript = Transcript()
        self._text = PrintableText()
        self._at_line_start = True

    def __enter__(self) -> PlainText:
        return self

    def __exit__(self, *_: object) -> None:
        # Of a stream that was left before its end: what comes next stands on a line of its own.
        if not self._at_line_start:
            self._print("\n")

    async def __call__(self, frame: Frame) -> None:
        """Take the next frame."""
        self._transcript.add(frame)
        match frame.event:
            case TextDelta(text):
                self._print(self._text.take(text))
                self._report(frame)
            case Reset() as reset:
                self._line(retry_sentence(reset))
            case Notice(_, text):
                self._line(printable(text))
            case PhaseStart():
                self._next_status_s = 0.0
                self._report(frame)
            case End() as end:
                if end.error:
                    self._line(printable(end.error))
                self._line(f"[{footer(Generation.of(self._transcript))}]")
            case _:
                pass

    def _report(self, frame: Frame) -> None:
        due = frame.at_s >= self._next_status_s
        if self._status is not None and self._at_line_start and due:
            self._next_status_s = frame.at_s + _STATUS_EVERY_S
            print(f"[{status_line(self._transcript)}]", file=self._status, flush=True)

    def _line(self, text: str) -> None:
        self._print(self._text.end())
        self._print(("" if self._at_line_start else "\n") + text + "\n")

    def _print(self, text: str) -> None:
        if text:
            encoding = self._out.encoding or "utf-8"
            self._out.write(text.encode(encoding, "replace").decode(encoding))
            self._out.flush()
            self._at_line_start = text.endswith("\n")


def retry_sentence(reset: Reset) -> str:
    """For example ``429, trying again in 3.0 s``."""
    wait = f" in {duration(reset.wait_s)}" if reset.wait_s else ""
    return printable(f"{reset.cause}, trying again{wait}")


def status_line(transcript: Transcript, waited_s: float = 0.0) -> str:
    """Model, phase, time, tokens and progress of a stream that runs, `waited_s` seconds after its
    last frame, for example ``local/smollm2 · writing · 2.1 s · ~182 tokens · 36%``."""
    figures, phase, progress = measure(transcript), transcript.phase, transcript.progress
    facts = [transcript.model]
    if phase is None:
        facts.append(transcript.status)
    else:
        facts.append(f"{phase.phase}: {phase.detail}" if phase.detail else phase.phase)
    facts.append(duration(transcript.at_s + waited_s))
    if figures.output_tokens:
        about = "" if figures.exact else "~"
        facts.append(f"{about}{number_of(figures.output_tokens, 'token')}")
    if progress is not None and progress.fraction is not None:
        facts.append(f"{progress.fraction:.0%}")
    return printable(" · ".join(facts))
