"""A stream as its format shows it: frames for the sinks that show it, numbered anew."""

from __future__ import annotations

from typing import Any

from ..events import End, Event, Frame, Notice, Reset, TextDelta
from ..formats import Around, Format, complaints, content
from ..frame_writer import Sink
from ..generation import Generation
from ..growing_text import GrowingText
from ..transcript import Transcript
from .html_frame import html_frame
from .saved import footer, markdown_text, plain
from .saved_frames import saved_frames

# A longer document stands as text: its frame holds it twice.
_LONGEST_HTML = 300_000


class Formatted:
    """A sink before another: what goes around the text comes with it, and what is not as the
    format has it is said before the end, unless the session has checked it. `transcript` is the
    stream as it is shown, and is given where the other sink reads it too. `bare` is for sinks that
    show text as it is, and draw no Markdown.
    """

    def __init__(
        self,
        format: Format,
        then: Sink,
        transcript: Transcript | None = None,
        *,
        is_checked: bool = False,
        bare: bool = False,
    ) -> None:
        self.transcript = transcript or Transcript()
        self._bare = bare
        self._then = then
        self._is_checked = is_checked
        self._format: Format = format
        self._around = Around(format, bare=bare)
        self._text = Transcript()

    async def __call__(self, frame: Frame) -> None:
        """Take the next frame."""
        self._text.add(frame)
        for event in self._shown(frame.event):
            shown = Frame(self.transcript.seq + 1, frame.at_s, event)
            self.transcript.add(shown)
            await self._then(shown)

    def _shown(self, event: Event) -> list[Event]:
        match event:
            case TextDelta(text):
                text = self._around.take(text)
                return [TextDelta(text)] if text else []
            case Reset():
                self._around = Around(self._format, bare=self._bare)
            case End():
                rest = self._around.end()
                before: list[Event] = [TextDelta(rest)] if rest else []
                if event.status in ("complete", "truncated") and not self._is_checked:
                    said = complaints(self._text.text, self._format)
                    before += [Notice("warning", sentence) for sentence in said]
                return [*before, event]
            case _:
                pass
        return [event]


def formatted(format: Format, then: Sink, *, is_checked: bool = False, bare: bool = False) -> Sink:
    """The sink before `then` that shows the stream in the format."""
    if format == "markdown":
        return then
    return Formatted(format, then, is_checked=is_checked, bare=bare)


def formatted_transcript(
    format: Format, transcript: Transcript, then: Sink, *, is_checked: bool = False
) -> tuple[Transcript, Sink]:
    """The stream as the format shows it, given its transcript, and the sink before `then`."""
    if format == "markdown":
        return transcript, then
    shown = Transcript()
    return shown, Formatted(format, then, shown, is_checked=is_checked)


def saved(generation: Generation, shown: Transcript, format: Format) -> dict[str, Any]:
    """The static result by MIME type; `shown` is the stream as its format shows it."""
    data, text = saved_in_parts(generation, shown, format)
    return {**data, "text/markdown": str(text)}


def saved_in_parts(
    generation: Generation, shown: Transcript, format: Format
) -> tuple[dict[str, Any], GrowingText]:
    """The same without its Markdown, and that."""
    text = markdown_text(generation, shown.text_parts)
    others = {"text/plain": plain(generation)}
    whole = generation.status in ("complete", "truncated")
    is_short = 0 < len(generation.text) <= _LONGEST_HTML
    if format == "html" and whole and is_short and not any(complaints(generation.text, format)):
        last = " · ".join(part for part in (generation.error, footer(generation)) if part)
        return {"text/html": html_frame(content(generation.text), last), **others}, text
    return {**saved_frames(shown), **others}, text
