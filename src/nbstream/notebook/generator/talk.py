"""What a Generator does, without the widget: it asks, goes on, asks again and forgets.

Its methods may be called on any thread; the answers are written on the background loop.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from IPython.core.getipython import get_ipython

from ... import api
from ...context import budget
from ...context.pieces import Piece
from ...context.prompt import Prompt, build
from ...errors import UsageError
from ...generation import Generation
from ...options import Options
from ...sinks.tee import tee
from ...transcript import Transcript
from ..background import Background, start
from ..live import LiveSink
from ..loop import background_loop
from ..runtime import runtime
from ..variables import variables
from .configured import configured
from .pulse import Pulse
from .turns import Turn, messages
from .uploads import Uploads

SendStream = Callable[[str, dict[str, Any], list[bytes]], None]
"""Sends one message of the stream of that turn to the page."""

Shown = Callable[[Transcript, Generation | None], None]
"""Told how far the answer is, a few times a second; with the Generation when it has ended."""


class Place(NamedTuple):
    """Where a new turn goes: after those `before` it, in place of those `replaced`."""

    before: tuple[Turn, ...]
    replaced: tuple[Turn, ...] = ()


class Talk:
    """The turns so far, at most the last of them still being answered.

    `changed` is called after each change that the page should be told of. `max_messages` and
    `max_tokens` bound what of the earlier turns is sent again; `interpolate` says whether braces in
    a prompt are variables, or which.
    """

    def __init__(
        self,
        *,
        changed: Callable[[], None],
        send: SendStream,
        shown: Shown,
        max_messages: int,
        max_tokens: int,
        interpolate: bool | tuple[str, ...],
    ) -> None:
        self.turns: tuple[Turn, ...] = ()
        self.uploads = Uploads()
        self.undoable = ""
        self._before: tuple[Turn, ...] = ()
        self._changed = changed
        self._send = send
        self._shown = shown
        self._most = (max_messages, max_tokens)
        self._interpolate = interpolate
        self._lock = threading.RLock()

    @property
    def running(self) -> Turn | None:
        """The turn that is being answered."""
        last = self.turns[-1] if self.turns else None
        return last if last is not None and last.generation is None else None

    def ask(self, typed: str, model: str | None, options: Options) -> Background:
        """Send the prompt with what is attached. Raises what `nbstream.generate` raises, and
        then nothing has changed."""
        with self._lock:
            if self.uploads.arriving:
                names = ", ".join(upload.name for upload in self.uploads.arriving)
                raise UsageError(f"{names} is still on its way; wait for it, or take it away.")
            pieces = self.uploads.pieces
            asked = self._built(typed, pieces)
            return self._begin(Place(self.turns), typed, pieces, asked, model, options)

    def retry(self, turn: Turn, model: str | None, options: Options) -> Background:
        """Ask the same again in place of that turn and of those after it."""
        return self._replace(turn, turn.typed, turn.asked, model, options)

    def edit(self, turn: Turn, typed: str, model: str | None, options: Options) -> Background:
        """Ask something else, with the same attachments, in place of that turn and of those after
        it."""
        return self._replace(turn, typed, self._built(typed, turn.pieces), model, options)

    def delete(self, turn: Turn) -> None:
        """Forget a prompt and its answer. Raises UsageError while it is being answered."""
        with self._lock:
            self._check_idle()
            self._forget("1 exchange is deleted.", tuple(t for t in self.turns if t is not turn))
        self._changed()

    def clear(self) -> None:
        """Begin anew. Raises UsageError while an answer is being written."""
        with self._lock:
            self._check_idle()
            if self.turns:
                self._forget("The conversation begins anew.", ())
        self._changed()

    def undo(self) -> None:
        """Bring back what the last `delete`, `clear`, `retry` or `edit` took away. Raises
        UsageError."""
        with self._lock:
            self._check_idle()
            if not self.undoable:
                raise UsageError("There is nothing to bring back.")
            self.turns, self.undoable = self._before, ""
        self._changed()

    def cancel(self) -> None:
        """End the answer that is being written; what came is kept."""
        if (turn := self.running) is not None:
            turn.session.cancel()

    def turn(self, id: str) -> Turn:
        """The turn of that id. Raises UsageError."""
        for turn in self.turns:
            if turn.id == id:
                return turn
        raise UsageError("That exchange is no longer here.")

    def _replace(
        self, turn: Turn, typed: str, asked: Prompt, model: str | None, options: Options
    ) -> Background:
        with self._lock:
            at = self.turns.index(self.turn(turn.id))
            place = Place(self.turns[:at], self.turns[at:])
            return self._begin(place, typed, turn.pieces, asked, model, options)

    def _begin(
        self,
        place: Place,
        typed: str,
        pieces: tuple[Piece, ...],
        asked: Prompt,
        model: str | None,
        options: Options,
    ) -> Background:
        self._check_idle()
        settings = configured()
        if options.get("secrets") is None:
            options = options.copy()
            options["secrets"] = settings.secrets
        session = api.prepare(
            (*messages(place.before, *self._most), *asked.messages),
            model=model,
            configured=settings.model,
            opening=asked.opening,
            **options,
        )
        live = LiveSink(background_loop(), session.transcript, runtime(), settings.reader)
        turn = Turn(typed, pieces, asked, session, live)
        live.attach(partial(self._send, turn.id))
        if place.replaced:
            self._before, self.undoable = self.turns, _replaced(len(place.replaced))
        else:
            self.undoable = ""
            self.uploads.clear()
        self.turns = (*place.before, turn)
        # The page knows of the turn before the first of its frames.
        self._changed()
        self._shown(session.transcript, None)
        return start(session, self._answer(turn))

    async def _answer(self, turn: Turn) -> Generation:
        transcript = turn.session.transcript
        pulse = Pulse(lambda: self._shown(transcript, None))
        try:
            await turn.session.run(tee(turn.live, turn.note, pulse))
        finally:
            pulse.stop()
            turn.generation = generation = api.remember(turn.session)
            self._changed()
            self._shown(transcript, generation)
        return generation

    def _built(self, typed: str, pieces: Sequence[Piece]) -> Prompt:
        if not typed.strip():
            raise UsageError("The prompt is empty: write what you want from the model.")
        named = variables(get_ipython()) if self._interpolate else {}
        if isinstance(self._interpolate, tuple):
            named = {name: named[name] for name in self._interpolate if name in named}
        on = bool(self._interpolate)
        return build(typed, named, pieces, room=budget.characters(None), interpolate=on)

    def _forget(self, undoable: str, left: tuple[Turn, ...]) -> None:
        self._before, self.turns, self.undoable = self.turns, left, undoable

    def _check_idle(self) -> None:
        if self.running is not None:
            raise UsageError("An answer is still being written; wait for it, or cancel it.")


def _replaced(count: int) -> str:
    return f"{count} exchanges are replaced." if count > 1 else "1 exchange is replaced."
