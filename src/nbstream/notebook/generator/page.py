"""A Generator and its page: what the page is told, and what it asks for.

Everything is sent from the background loop's thread, in order; what the page sends may come on any
thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from ...context import images
from ...context.budget import CHARACTERS
from ...context.files import MOST_BYTES
from ...errors import NbStreamError, UsageError
from ...sinks.saved import answer
from ..background import Background
from ..loop import background_loop
from ..page_widget import brief
from ..runtime import runtime
from . import choices
from .fields import ask, inner, label, number, text
from .permissions import PARAMETERS, SHOWABLE, Permissions
from .talk import Talk
from .uploads import MOST_FILES, UNFINISHED_S

Send = Callable[[dict[str, Any], list[bytes]], None]

_log = logging.getLogger(__name__)


class Actions(Protocol):
    """What the page's buttons do: the Generator's own methods."""

    model: Any

    def generate(self, prompt: str) -> Background: ...
    def retry(self, turn: Any = -1) -> Background: ...
    def edit(self, prompt: str, turn: Any = -1) -> Background: ...
    def delete(self, turn: Any = -1) -> None: ...
    def clear(self) -> None: ...
    def undo(self) -> None: ...
    def cancel(self) -> None: ...
    def detach(self, name: str) -> None: ...
    def set(self, name: str, value: Any) -> None: ...

    @property
    def parameters(self) -> dict[str, Any]: ...
    @property
    def server(self) -> dict[str, Any]: ...
    @property
    def model_id(self) -> str | None: ...


class Page:
    """`send(content, buffers)` sends one custom message."""

    def __init__(self, send: Send, permissions: Permissions) -> None:
        self._send = send
        self._permissions = permissions
        self._loop = background_loop()
        self._listed: list[str] = []
        self._accepted = ""

    def stream(self, id: str, content: dict[str, Any], buffers: list[bytes]) -> None:
        """One message of an answer's stream; on the loop."""
        self._post({"type": "stream", "id": id, "message": content}, buffers)

    def tell(self, actions: Actions, talk: Talk) -> None:
        """Tell the page how things stand: all but the answers."""
        state = self._state(actions, talk)
        self._loop.call_soon_threadsafe(self._post, state)

    def take(self, actions: Actions, talk: Talk, content: dict[str, Any], data: Any) -> None:
        """Do what the page asks for; what cannot be done is told there, in a sentence."""
        try:
            self._take(actions, talk, content, data)
        except NbStreamError as error:
            self._say({"type": "problem", "text": brief(str(error)), "ask": ask(content)})
        except Exception as error:
            _log.debug("A page's message could not be taken.", exc_info=error)
            sentence = "That message cannot be read: nothing was done."
            self._say({"type": "problem", "text": sentence, "ask": ask(content)})

    def _take(self, actions: Actions, talk: Talk, content: dict[str, Any], data: Any) -> None:
        match content.get("type"):
            case "hello":
                self._welcome(content)
                self.tell(actions, talk)
            case "chunk" if content.get("name") == "runtime":
                chunk = {"type": "chunk", "name": "runtime"}
                self._loop.call_soon_threadsafe(self._post, chunk, [runtime().gzipped])
            case "stream" | "events" | "markdown" as kind:
                self._of_turn(kind, talk, content)
            case "models":
                self._permissions.check_shown("model", "choose the")
                asyncio.run_coroutine_threadsafe(self._list(actions, talk), self._loop)
            case "look":
                self.tell(actions, talk)
            case "upload":
                self._upload(actions, talk, content, data)
            case "set":
                self._set(actions, talk, label(content, "name"), content.get("value"))
            case _:
                self._act(actions, content)

    def _of_turn(self, kind: str, talk: Talk, content: dict[str, Any]) -> None:
        id = label(content, "id")
        if kind == "events":
            self._permissions.check_shown("events", "see the")
        if id not in {turn.id for turn in talk.turns}:
            return  # the page asked before it knew that the exchange is taken away
        turn = talk.turn(id)
        if kind == "stream":
            message = inner(content, "message")
            if message.get("type") == "cancel":
                turn.session.cancel()
            elif message.get("type") in ("sync", "chunk"):
                turn.live.answer(message)
        elif kind == "events":
            self._say({"type": "events", **turn.events(number(content, "after", -1))})
        else:
            said = turn.generation
            self._say({"type": kind, "id": id, "text": "" if said is None else answer(said)})

    def _set(self, actions: Actions, talk: Talk, name: str, value: Any) -> None:
        value = None if value == "" else value
        try:
            if name not in ("model", *PARAMETERS) or value != getattr(actions, name):
                self._permissions.check(name, value)
                actions.set(name, value)
        except NbStreamError:
            self.tell(actions, talk)  # the value that holds
            raise

    def _act(self, actions: Actions, content: dict[str, Any]) -> None:
        # It is told with the first state that has the new turn.
        self._accepted = ask(content) or self._accepted
        match content.get("type"):
            case "generate":
                actions.generate(text(content, "prompt"))
            case "retry":
                actions.retry(label(content, "id"))
            case "edit":
                actions.edit(text(content, "prompt"), label(content, "id"))
            case "delete":
                actions.delete(label(content, "id"))
            case "clear":
                actions.clear()
            case "undo":
                actions.undo()
            case "cancel":
                actions.cancel()
            case "detach":
                self._permissions.check_shown("attach")
                actions.detach(label(content, "id"))
            case "shown":
                pass  # the stub tells each view that is made; all that this page shows is told
            case kind:
                raise UsageError(f"This kernel knows no {brief(repr(kind))}: run the cell again.")

    def _welcome(self, content: dict[str, Any]) -> None:
        code = runtime("generator")
        if content.get("runtime") != code.hash:
            hello = {"type": "runtime", "hash": code.hash}
            self._loop.call_soon_threadsafe(self._post, hello, [code.gzipped])

    def _upload(self, actions: Actions, talk: Talk, content: dict[str, Any], data: Any) -> None:
        id, name = label(content, "id"), label(content, "name")
        try:
            self._permissions.check_shown("attach")
            size, offset = number(content, "size"), number(content, "offset")
            pieces = cast(Sequence[memoryview], data)
            if not pieces:
                talk.uploads.drop(id)
                raise UsageError(f"{name} did not arrive whole; attach it again.")
            came = bytes(pieces[0])
            upload = talk.uploads.take(id, name, size, offset, came)
        except UsageError as error:
            sentence = brief(str(error))
            self._say({"type": "uploaded", "id": id, "received": 0, "error": sentence})
            return
        received = offset + len(came)
        self._say({"type": "uploaded", "id": id, "received": received, "error": ""})
        if upload.piece is not None:
            self.tell(actions, talk)
        elif offset == 0:
            late = (UNFINISHED_S + 1, talk.uploads.expire)
            self._loop.call_soon_threadsafe(self._loop.call_later, *late)

    async def _list(self, actions: Actions, talk: Talk) -> None:
        problem = ""
        try:
            found: Sequence[str] = ()
            if self._permissions.models is None:
                found = await choices.of_provider(actions.model, **actions.server)
            self._listed = [*dict.fromkeys([*found, *self._listed])]
        except NbStreamError as error:
            problem = str(error)
        self._post({"type": "listed", "problem": problem})
        self._post(self._state(actions, talk))

    def _state(self, actions: Actions, talk: Talk) -> dict[str, Any]:
        running = talk.running
        said = [turn.generation for turn in talk.turns if turn.generation is not None]
        costs = [each.metrics.cost_usd for each in said if each.metrics.cost_usd is not None]
        may = self._permissions
        chosen: dict[str, Any] = {"model": "", "default": "", "models": [], "aliases": []}
        if "model" in may.show:
            here = choices.at_hand(actions.model, (may.given or "", *(may.models or ())))
            named = [*dict.fromkeys([*here, *self._listed])]
            chosen = {
                "model": actions.model or "",
                "default": choices.default() if may.allows(None) else "",
                "models": [name for name in named if name == actions.model or may.allows(name)],
                "aliases": [each for each in choices.named() if may.allows(each["name"])],
            }
        parameters = {name: v for name, v in actions.parameters.items() if name in may.show}
        attached = talk.uploads.whole if "attach" in may.show else ()
        return {
            "type": "state",
            "show": [name for name in SHOWABLE if name in may.show],
            "others": may.models is None,
            "widget": actions.model_id or "",
            "accepted": self._accepted,
            **chosen,
            "parameters": parameters,
            "turns": [turn.to_json() for turn in talk.turns],
            "running": "" if running is None else running.id,
            "attached": [upload.to_json() for upload in attached],
            "undo": talk.undoable,
            "tokens": sum(each.metrics.output_tokens for each in said),
            "cost": sum(costs) if costs else None,
            "limits": {
                "bytes": MOST_BYTES,
                "picture_bytes": images.MOST_BYTES,
                "files": MOST_FILES,
                "characters": CHARACTERS,
            },
        }

    def _say(self, content: dict[str, Any]) -> None:
        self._loop.call_soon_threadsafe(self._post, content)

    def _post(self, content: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        try:
            self._send(content, list(buffers))
        except Exception as error:
            # A page that cannot be reached is no reason to stop.
            _log.debug("A message to the page was not sent.", exc_info=error)
