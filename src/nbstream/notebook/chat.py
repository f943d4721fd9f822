"""`--chat`: which conversation a cell goes on with, and what can be done with conversations."""

from __future__ import annotations

import re
from argparse import Namespace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from .. import conversation
from ..conversation import Conversation
from ..endings import number_of
from ..errors import UsageError
from ..events import Notice
from ..history import History
from ..providers import names as provider_names
from ..sinks.terminal import printable

if TYPE_CHECKING:
    from .background import Background

MAIN = "main"
"""The conversation of `--chat` without a name."""

_in_background: WeakKeyDictionary[Background, Conversation] = WeakKeyDictionary()
_NAME = re.compile(r"\w[\w.-]*")
_SHOWN = 70


def chat_name(flags: Namespace, configured: str) -> str | None:
    """The conversation of a cell, or None. Raises UsageError.

    A model that stands behind `--chat` is put where it was meant: no name has a / or a :, and none
    is a provider's.
    """
    chat: str | None = flags.chat
    if chat and (set(chat) & set("/:|") or chat in provider_names()):
        flags.model.insert(0, chat)
        chat = MAIN
    return checked(configured if chat is None else chat) or None


def checked(name: str) -> str:
    """The name of a conversation, or '' for none. Raises UsageError."""
    if name and not _NAME.fullmatch(name):
        raise UsageError(
            f"A conversation's name is letters, digits, _, - and ., not {name!r}: for example"
            " --chat draft."
        )
    return name


def goes_on(talk: Conversation, handle: Background) -> None:
    """An answer of the conversation's that is written after its cell."""
    _in_background[handle] = talk


def unfinished(talk: Conversation) -> Notice | None:
    """What to say of a prompt that goes before the conversation's last answer is there."""
    if any(which is talk and not handle.done() for handle, which in _in_background.items()):
        return Notice(
            "warning",
            "An answer in this conversation is still being written; this prompt goes without it.",
        )
    return None


def begun(name: str) -> Conversation:
    """A conversation in which something was said. Raises UsageError."""
    found = conversation.conversations.get(name)
    if found is not None and found.history.exchanges:
        return found
    others = [f"{n!r}" for n, c in conversation.conversations.items() if c.history.exchanges]
    there_are = f"there are: {', '.join(others)}" if others else "`%%generate --chat` begins one"
    raise UsageError(f"Nothing was said in the conversation {name!r}; {there_are}.")


def act(what: str, name: str, of: str | None) -> str:
    """Do what `%generate history | reset | fork | save | load` says; the sentence that tells it.
    Raises UsageError."""
    if what in ("history", "reset"):
        name = checked(of or name)
        talk = begun(name)
        if what == "history":
            return printable(listing(name, talk))
        talk.reset()
        return f"{name} begins anew."
    if not of:
        raise UsageError(f"Write `%generate {what} {'NAME' if what == 'fork' else 'FILE'}`.")
    if what == "load":
        talk = conversation.named(checked(name))
        if talk.history.exchanges:
            raise UsageError(
                f"Something was said in {name}, which would be lost: `%generate load FILE --chat"
                f" OTHER` takes another conversation, `%generate reset {name}` clears this one."
            )
        talk.load(of)
        return f"{name} goes on from {of}: {_counted(talk.history)}."
    talk = begun(checked(name))
    if what == "save":
        talk.save(of)
        return f"{name} is saved in {of}: {_counted(talk.history)}."
    if of in conversation.conversations and conversation.conversations[of].history.exchanges:
        raise UsageError(f"There is a conversation {of!r}; `%generate reset {of}` clears it.")
    conversation.conversations[checked(of)] = talk.fork()
    return f"{of} goes on where {name} is: `%%generate --chat {of}`."


def listing(name: str, talk: Conversation) -> str:
    """What was said, a line for each prompt and each answer, and what of it is sent again."""
    exchanges = talk.history.exchanges
    sent = talk.sent
    unsent = len(exchanges) - len(sent.exchanges)
    lines = [f"{name}: {_counted(talk.history)}"]
    for number, exchange in enumerate(exchanges, 1):
        marks = [mark for mark, holds in (("cut", exchange.cut), ("not sent", number <= unsent))
                 if holds]  # fmt: skip
        lines.append(f"{number:>3} you    {_line(exchange.prompt)}")
        said = f"({', '.join(marks)}) " if marks else ""
        lines.append(f"    model  {said}{_line(exchange.answer)}")
    if unsent:
        last = f"the last {_counted(sent)}" if sent.exchanges else "nothing of it"
        lines.append(f"Sent with the next prompt: {last}.")
    return "\n".join(lines)


def _counted(history: History) -> str:
    count = number_of(len(history.exchanges), "exchange")
    return f"{count}, about {number_of(history.tokens, 'token')}"


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
