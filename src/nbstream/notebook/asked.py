"""A `%%generate` cell, carried out: from its flags and its prompt to what it leaves behind.

The first cell imports this, and with it most of nbstream; `magic` is what `%load_ext` loads."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from argparse import Namespace
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, TypeVar

from .. import api
from ..errors import UsageError
from ..formats import Format
from ..session import Sink
from .chat import chat_name, conversation, goes_on, unfinished
from .flags import options, output_name
from .look import Look
from .prompt import dry_run, prompt
from .reader import Reader, image_hosts
from .run import insert, run_on, run_to_end
from .schema import named_schema
from .variables import variables

if TYPE_CHECKING:
    from ..conversation import Conversation
    from ..generation import Generation
    from ..recording import Recorder
    from .background import Background
    from .magic import NbStream

T = TypeVar("T")


def generate(
    magics: NbStream, flags: Namespace, cell: str, *, chat_messages: int | None = None
) -> Background | None:
    """What the flags say about the prompt, done. Raises UsageError for what cannot be done, before
    anything is sent. `chat_messages`: how many earlier ones are sent, if not as the setting has it.
    The value: with --background and without -o, the handle."""
    if not cell.strip():
        raise UsageError("The prompt is empty: write what you want below the %%generate line.")
    name = output_name(flags)
    magics.fill(flags)
    if flags.format == "md":
        flags.format = "markdown"
    if flags.schema is not None:
        flags.schema = named_schema(flags.schema, variables(magics.shell))
    look = _look(magics, flags)
    talk = _conversation(magics, flags, chat_messages)
    asked = prompt(magics.shell, cell.strip("\n"), flags)
    if not asked.text.strip():
        raise UsageError("The prompt is empty: the values it names are, and nothing else is in it.")
    recorder = _recorder(flags.record)
    messages = (*(talk.sent.messages if talk else ()), *asked.messages)
    model = _model(flags.model)
    early = unfinished(talk) if talk else None
    session = api.prepare(
        messages,
        model=model,
        configured=magics.model,
        opening=(*asked.opening, early) if early else asked.opening,
        keyless=flags.dry_run,
        **options(flags),
    )
    if flags.dry_run:
        print(dry_run(session))
        return None

    def kept(said: Generation) -> None:
        if talk is not None:
            talk.add(asked.text, said)

    with ExitStack() as files:
        more: list[Sink] = []
        if recorder is not None:
            more.append(files.enter_context(closing(recorder)))
        if flags.background:
            handle = run_on(magics.shell, session, look, more, files.pop_all(), kept)
            if talk is not None:
                goes_on(talk, handle)
            return _named(magics, name, handle)
        try:
            run_to_end(magics.shell, session, look, more)
        finally:
            if session.transcript.end is not None:
                _named(magics, name, api.remembered(session))
                kept(api.remembered(session))
        if magics.shell is not None and (flags.insert or flags.replace):
            insert(magics.shell, api.remembered(session), replace=flags.replace)
    return None


def _look(magics: NbStream, flags: Namespace) -> Look:
    if (flags.insert or flags.replace) and flags.background:
        raise UsageError(
            "--insert and --replace need the answer while the cell runs, so they do not go with"
            " --background; leave one out."
        )
    if flags.insert and flags.replace:
        raise UsageError("--insert makes a new cell and --replace takes this one; choose one.")
    is_json = flags.schema is not None and flags.format == "markdown"
    format: Format = "json" if is_json else flags.format
    reader = Reader(
        (*magics.image_hosts, *image_hosts(flags.allow_images or ())),
        magics.smooth if flags.smooth is None else flags.smooth == "on",
    )
    return Look(format, flags.keep, reader)


def _recorder(path: str | None) -> Recorder | None:
    if path is None:
        return None
    if not path.strip():
        raise UsageError(f"--record needs the name of a file, not {path!r}.")
    from ..recording import Recorder

    return Recorder(path)


def _named(magics: NbStream, name: str | None, value: T) -> T | None:
    """Into the variable; without one, the value."""
    if name is None or magics.shell is None:
        return value
    magics.shell.user_ns[name] = value
    return None


def _conversation(magics: NbStream, flags: Namespace, messages: int | None) -> Conversation | None:
    name = chat_name(flags, magics.chat)
    if name is None:
        return None
    talk = conversation.named(name)
    talk.max_messages = magics.chat_messages if messages is None else messages
    talk.max_tokens_sent = magics.chat_tokens
    return talk


def _model(words: list[str]) -> str | None:
    """``a | b`` as it was typed; a word that was in quotes may have spaces (a recording's path).
    Raises UsageError for words with no | between."""
    alternatives: list[list[str]] = [[]]
    for word in words:
        first, *others = word.split("|")
        alternatives[-1].append(first)
        alternatives += [[other] for other in others]
    named = [[word for word in alternative if word.strip()] for alternative in alternatives]
    if words and any(len(alternative) != 1 for alternative in named):
        typed = " ".join(words)
        raise UsageError(f"A model is one word, and {typed!r} is not; `%%generate?` explains it.")
    return "|".join(word for alternative in named for word in alternative) or None
