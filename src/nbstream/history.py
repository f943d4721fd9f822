"""What was said in a conversation, in exchanges of a prompt and its answer, and what of it is sent
again with the next prompt. Pure.

It is kept in exchanges, so that no prompt is ever without its answer and no answer without its
prompt, whatever is left out.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, cast

from .characters import well_formed
from .errors import UsageError
from .events import EndStatus
from .metrics import estimate_tokens
from .request import Message

MAX_MESSAGES = 20
MAX_TOKENS = 24_000
MOST_BYTES = 32_000_000
"""How large a file of a conversation may be."""
VERSION = 1
KIND = "nbstream-conversation"
# Said to the model, which else would take what came for what it wanted to say.
_CUT_MARK = "\n\n[The answer was cut off here.]"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A prompt and its answer; `cut` if the answer is only its beginning. `model` is
    `provider/model`."""

    prompt: str
    answer: str
    cut: bool = False
    model: str = ""

    @property
    def messages(self) -> tuple[Message, Message]:
        """As they are sent."""
        said = self.answer + _CUT_MARK if self.cut else self.answer
        return Message("user", self.prompt), Message("assistant", said)

    @property
    def tokens(self) -> int:
        """About how many tokens it takes."""
        return estimate_tokens(0, sum(len(message.text) for message in self.messages))


@dataclass(frozen=True, slots=True)
class History:
    """The exchanges of a conversation, oldest first."""

    exchanges: tuple[Exchange, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        """Prompts and answers in turn."""
        return tuple(message for exchange in self.exchanges for message in exchange.messages)

    @property
    def tokens(self) -> int:
        """About how many tokens it takes."""
        return sum(exchange.tokens for exchange in self.exchanges)

    def after(self, prompt: str, answer: str, status: EndStatus, model: str = "") -> History:
        """With one more exchange. A cancelled or truncated answer is kept as cut; a failed one, and
        one without text, which no provider takes back, leave the history as it is."""
        if status == "failed" or not answer.strip():
            return self
        return History((*self.exchanges, Exchange(prompt, answer, status != "complete", model)))

    def last(self, max_messages: int = MAX_MESSAGES, max_tokens: int = MAX_TOKENS) -> History:
        """The newest exchanges that fit: at most `max_messages` messages of about `max_tokens`
        tokens in all."""
        kept: list[Exchange] = []
        tokens = 0
        for exchange in reversed(self.exchanges):
            tokens += exchange.tokens
            if 2 * (len(kept) + 1) > max_messages or tokens > max_tokens:
                break
            kept.append(exchange)
        return History(tuple(reversed(kept)))

    def to_json(self) -> str:
        """The text of a file that `from_json` reads."""
        exchanges = [asdict(exchange) for exchange in self.exchanges]
        return json.dumps({"kind": KIND, "version": VERSION, "exchanges": exchanges}, indent=1)

    @classmethod
    def from_json(cls, text: str, where: str) -> History:
        """What `to_json` wrote. Raises UsageError, a sentence about `where` the text is from."""
        try:
            file: Any = json.loads(text)
        except (ValueError, RecursionError):
            raise UsageError(f"{where} is no conversation: it is not JSON.") from None
        fields = cast(dict[str, Any], file if isinstance(file, dict) else {})
        if fields.get("kind") != KIND:
            raise UsageError(f"{where} is no conversation: `%generate save FILE` writes one.")
        if fields.get("version") != VERSION:
            raise UsageError(
                f"{where} is of version {_short(fields.get('version'))} and this nbstream reads"
                f" {VERSION}: a newer nbstream may have written it."
            )
        exchanges = fields.get("exchanges")
        if not isinstance(exchanges, list):
            raise UsageError(f"{where} has no list of exchanges.")
        numbered = enumerate(cast(list[Any], exchanges), 1)
        return cls(
            tuple(_exchange(read, f"{where}, exchange {number},") for number, read in numbered)
        )


def _exchange(read: Any, where: str) -> Exchange:
    fields = cast(dict[str, Any], read if isinstance(read, dict) else {})
    kinds = {"prompt": str, "answer": str, "cut": bool, "model": str}
    for name, kind in kinds.items():
        if not isinstance(fields.get(name), kind):
            raise UsageError(f"{where} has no {name!r} that is {kind.__name__}.")
    texts = {name: well_formed(fields[name]) for name, kind in kinds.items() if kind is str}
    return Exchange(**texts, cut=fields["cut"])


def is_conversation(file: BinaryIO) -> bool:
    """Whether the file is one that `to_json` wrote, of any version."""
    try:
        written: Any = json.loads(file.read(MOST_BYTES + 1))
    except (ValueError, RecursionError):
        return False
    return isinstance(written, dict) and cast(dict[str, Any], written).get("kind") == KIND


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
