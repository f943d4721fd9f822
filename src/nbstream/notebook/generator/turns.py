"""What was said in a Generator: a prompt and its answer each, the answers also while they grow."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from ...context.pieces import Piece
from ...context.prompt import Prompt
from ...events import Frame
from ...generation import Generation
from ...history import MAX_MESSAGES, MAX_TOKENS, History
from ...request import Message
from ...session import Session
from ...wire import to_json
from ..live import LiveSink

# The events console shows the last of them; a long answer has some thousands.
_FRAMES_KEPT = 5000
_FRAMES_AT_ONCE = 400

_numbers = count(1)


@dataclass(slots=True, eq=False)
class Turn:
    """A prompt `typed` by a person, with what was attached, `asked` as it was sent, and what comes
    of it. `generation` is None until it has ended."""

    typed: str
    pieces: tuple[Piece, ...]
    asked: Prompt
    session: Session
    live: LiveSink
    generation: Generation | None = None
    frames: deque[Frame] = field(default_factory=lambda: deque(maxlen=_FRAMES_KEPT))
    id: str = field(default_factory=lambda: f"t{next(_numbers)}")

    async def note(self, frame: Frame) -> None:
        """A sink that keeps the frames for the events console."""
        self.frames.append(frame)

    def events(self, after: int) -> dict[str, Any]:
        """Some frames that came after number `after`, and whether there are `more` of them."""
        found = [frame for frame in tuple(self.frames) if frame.seq > after]
        frames = [to_json(frame) for frame in found[:_FRAMES_AT_ONCE]]
        return {"id": self.id, "frames": frames, "more": len(found) > len(frames)}

    @property
    def history(self) -> History:
        """The exchange that later prompts are sent with; none where there is no answer to send."""
        said = self.generation
        if said is None:
            return History()
        return History().after(self.asked.text, said.text, said.status, said.model)

    def to_json(self) -> dict[str, Any]:
        """What the page is told; the answer goes its own way."""
        return {
            "id": self.id,
            "prompt": self.typed,
            "attached": [piece.name for piece in self.pieces],
            "status": "live" if self.generation is None else self.generation.status,
        }


def history(turns: Iterable[Turn]) -> History:
    """All exchanges, oldest first."""
    return History(tuple(e for turn in turns for e in turn.history.exchanges))


def messages(
    turns: Iterable[Turn], max_messages: int = MAX_MESSAGES, max_tokens: int = MAX_TOKENS
) -> tuple[Message, ...]:
    """What is sent before the next prompt: the newest exchanges that fit, with their images."""
    said = [(turn, e) for turn in turns for e in turn.history.exchanges]
    sent = History(tuple(e for _, e in said)).last(max_messages, max_tokens)
    kept = said[len(said) - len(sent.exchanges) :]
    found: list[Message] = []
    for turn, exchange in kept:
        prompt, answer = exchange.messages
        found += [replace(prompt, images=turn.asked.images), answer]
    return tuple(found)
