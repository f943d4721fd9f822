"""A conversation: each prompt is sent with what was said before it."""

from __future__ import annotations

import copy
import os
from collections.abc import AsyncGenerator
from typing import Unpack, cast

from . import api
from .errors import UsageError
from .events import Event
from .generation import Generation
from .history import MAX_MESSAGES, MAX_TOKENS, MOST_BYTES, History, is_conversation
from .options import Options, seal
from .own_files import read_text, replace_text
from .request import Message
from .session import Session


class Conversation:
    """Prompts and answers that build on each other.

    With each prompt the newest earlier exchanges are sent that are together at most `max_messages`
    messages and about `max_tokens_sent` tokens; `history` keeps them all. `model` and the options
    hold for every prompt that does not say otherwise.

    A cancelled or truncated answer stays in the history, marked as cut; a failed one does not.
    """

    def __init__(
        self,
        *,
        model: str | None = None,
        max_messages: int = MAX_MESSAGES,
        max_tokens_sent: int = MAX_TOKENS,
        **options: Unpack[Options],
    ) -> None:
        seal(options)
        self.history = History()
        self.model = model
        self.max_messages = max_messages
        self.max_tokens_sent = max_tokens_sent
        self._options = options

    async def generate(
        self, prompt: str, *, model: str | None = None, **options: Unpack[Options]
    ) -> Generation:
        """The whole answer, as `nbstream.generate` gives it."""
        seal(options)
        session = self.prepare(prompt, model=model, **options)
        try:
            return await api.whole(session)
        finally:
            self.add(prompt, Generation.of(session.transcript))

    def stream(
        self, prompt: str, *, model: str | None = None, **options: Unpack[Options]
    ) -> AsyncGenerator[Event]:
        """The events of the answer as they come, as `nbstream.stream` gives them."""

        seal(options)

        def ended(session: Session) -> None:
            self.add(prompt, api.remember(session))

        return api.events(lambda: self.prepare(prompt, model=model, **options), ended)

    def prepare(
        self, prompt: str, *, model: str | None = None, **options: Unpack[Options]
    ) -> Session:
        """A session ready to run; `add` what comes of it."""
        seal(options)
        chosen = cast(Options, {**self._options, **options})
        return api.prepare(self.messages(prompt), model=model or self.model, **chosen)

    def messages(self, prompt: str) -> tuple[Message, ...]:
        """What is sent for a prompt. Raises UsageError where it is empty."""
        if not prompt.strip():
            raise UsageError("The prompt is empty: write what you want from the model.")
        return (*self.sent.messages, Message("user", prompt))

    @property
    def sent(self) -> History:
        """What of the history goes with the next prompt."""
        return self.history.last(self.max_messages, self.max_tokens_sent)

    def add(self, prompt: str, generation: Generation) -> None:
        """Take an answer into the history."""
        self.history = self.history.after(
            prompt, generation.text, generation.status, generation.model
        )

    def reset(self) -> None:
        """Begin anew."""
        self.history = History()

    def fork(self) -> Conversation:
        """One that goes on from here by itself, with the same settings."""
        return copy.copy(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the history to a JSON file that its owner alone can read, in place of a
        conversation and of nothing else. Raises UsageError."""
        text = self.history.to_json() + "\n"
        try:
            replace_text(path, text, is_conversation, "conversation")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from None

    def load(self, path: str | os.PathLike[str]) -> None:
        """Go on from the history in a file that `save` wrote. Raises UsageError, and then nothing
        has changed."""
        try:
            text = read_text(path, MOST_BYTES)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from None
        except UnicodeDecodeError:
            raise UsageError(f"{path} is no conversation: it is not text.") from None
        self.history = History.from_json(text, str(path))

    def __repr__(self) -> str:
        count = len(self.history.exchanges)
        exchanges = "1 exchange" if count == 1 else f"{count} exchanges"
        return f"<Conversation: {exchanges}, about {self.history.tokens:,} tokens>"


conversations: dict[str, Conversation] = {}
"""Those of `%%generate --chat NAME`, by name."""


def named(name: str) -> Conversation:
    """The conversation of that name; a new one where there is none."""
    return conversations.setdefault(name, Conversation())
