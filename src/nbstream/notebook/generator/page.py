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
from ..runtime import runtime
from . import choices
from .talk import Talk
from .uploads import MOST_FILES

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
    def server(self) -> dict[str, str | None]: ...
    @property
    def model_id(self) -> str | None: ...


class Page:
    """`send(content, buffers)` sends one custom message."""

    def __init__(self, send: Send) -> None:
        self._send = send
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
        kind = content.get("type")
        try:
            if kind == "hello":
                self._welcome(content)
                self.tell(actions, talk)
            elif kind == "chunk" and content.get("name") == "runtime":
                chunk = {"type": "chunk", "name": "runtime"}
                self._loop.call_soon_threadsafe(self._post, chunk, [runtime().gzipped])
            elif kind in ("stream", "events") and content["id"] not in {t.id for t in talk.turns}:
                pass  # the page asked before it knew that the exchange is taken away
            elif kind == "stream":
                self._streamed(talk, content)
            elif kind == "events":
                events = talk.turn(str(content["id"])).events(int(content["after"]))
                self._say({"type": "events", **events})
            elif kind == "markdown":
                said = talk.turn(str(content["id"])).generation
                text = "" if said is None else answer(said)
                self._say({"type": "markdown", "id": content["id"], "text": text})
            elif kind == "models":
                asyncio.run_coroutine_threadsafe(self._list(actions, talk), self._loop)
            elif kind == "look":
                self.tell(actions, talk)
            elif kind == "upload":
                self._upload(actions, talk, content, data)
            else:
                self._act(actions, content)
        except NbStreamError as error:
            ask = content.get("ask", "")
            self._say({"type": "problem", "text": str(error), "ask": ask})

    def _act(self, actions: Actions, content: dict[str, Any]) -> None:
        kind, id = content.get("type"), content.get("id")
        # It is told with the first state that has the new turn.
        self._accepted = str(content.get("ask", self._accepted))
        match kind:
            case "generate":
                actions.generate(str(content["prompt"]))
            case "retry":
                actions.retry(id)
            case "edit":
                actions.edit(str(content["prompt"]), id)
            case "delete":
                actions.delete(id)
            case "clear":
                actions.clear()
            case "undo":
                actions.undo()
            case "cancel":
                actions.cancel()
            case "detach":
                actions.detach(str(id))
            case "set":
                actions.set(str(content["name"]), content["value"])
            case "shown":
                pass  # the stub tells each view that is made; all that this page shows is told
            case _:
                raise UsageError(f"This kernel knows no {kind!r}: run the cell again.")

    def _welcome(self, content: dict[str, Any]) -> None:
        code = runtime("generator")
        if content.get("runtime") != code.hash:
            hello = {"type": "runtime", "hash": code.hash}
            self._loop.call_soon_threadsafe(self._post, hello, [code.gzipped])

    def _streamed(self, talk: Talk, content: dict[str, Any]) -> None:
        turn = talk.turn(str(content["id"]))
        message = cast(dict[str, Any], content["message"])
        if message.get("type") == "cancel":
            turn.session.cancel()
        elif message.get("type") in ("sync", "chunk"):
            turn.live.answer(message)

    def _upload(self, actions: Actions, talk: Talk, content: dict[str, Any], data: Any) -> None:
        id, name = str(content["id"]), str(content["name"])
        pieces = cast(Sequence[memoryview], data)
        came = bytes(pieces[0]) if pieces else b""
        try:
            size, offset = int(content["size"]), int(content["offset"])
            upload = talk.uploads.take(id, name, size, offset, came)
        except UsageError as error:
            self._say({"type": "uploaded", "id": id, "received": 0, "error": str(error)})
            return
        received = offset + len(came)
        self._say({"type": "uploaded", "id": id, "received": received, "error": ""})
        if upload.piece is not None:
            self.tell(actions, talk)

    async def _list(self, actions: Actions, talk: Talk) -> None:
        problem = ""
        try:
            found = await choices.of_provider(actions.model, **actions.server)
            self._listed = list(dict.fromkeys([*found, *self._listed]))
        except NbStreamError as error:
            problem = str(error)
        self._post({"type": "listed", "problem": problem})
        self._post(self._state(actions, talk))

    def _state(self, actions: Actions, talk: Talk) -> dict[str, Any]:
        running = talk.running
        said = [turn.generation for turn in talk.turns if turn.generation is not None]
        costs = [each.metrics.cost_usd for each in said if each.metrics.cost_usd is not None]
        return {
            "type": "state",
            "widget": actions.model_id or "",
            "accepted": self._accepted,
            "model": actions.model or "",
            "default": choices.default(),
            "models": list(dict.fromkeys([*choices.at_hand(actions.model), *self._listed])),
            "aliases": choices.named(),
            "parameters": actions.parameters,
            "turns": [turn.to_json() for turn in talk.turns],
            "running": "" if running is None else running.id,
            "attached": [upload.to_json() for upload in talk.uploads.whole],
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
