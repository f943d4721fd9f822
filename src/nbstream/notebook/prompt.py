"""From a cell and its flags to the prompt that is sent."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from IPython.core.interactiveshell import InteractiveShell

from ..choice import alternatives
from ..context import budget
from ..context.attach import attach
from ..context.preview import preview
from ..context.prompt import Prompt, build
from ..events import Attachment, Notice
from ..options import Options, request
from ..request import Message
from ..sinks.terminal import printable
from .variables import variables


def prompt(shell: InteractiveShell | None, typed: str, flags: Namespace) -> Prompt:
    """The cell with what it names. Raises UsageError."""
    room = budget.characters(flags.budget)
    named = variables(shell)
    return build(typed, named, attach(flags.things or (), named), room=room)


def dry_run(
    messages: Sequence[Message],
    opening: Sequence[Attachment | Notice],
    model: str | None,
    options: Options,
) -> str:
    """What would be sent to `model`, or the first of several, as text. Raises what sending it
    would raise, but for a key that is not there."""
    provider, name, *_ = alternatives(model)[0]
    return printable(preview(f"{provider}/{name}", request(messages, name, options), opening))
