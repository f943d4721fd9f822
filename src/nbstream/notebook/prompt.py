"""From a cell and its flags to the prompt that is sent."""

from __future__ import annotations

from argparse import Namespace

from IPython.core.interactiveshell import InteractiveShell

from ..context import budget
from ..context.attach import attach
from ..context.cells import Cells
from ..context.preview import preview
from ..context.prompt import Prompt, build
from ..session import Session
from ..sinks.terminal import printable
from .variables import variables


def prompt(shell: InteractiveShell | None, typed: str, flags: Namespace) -> Prompt:
    """The cell with what it names. Raises UsageError."""
    room = budget.characters(flags.budget)
    named = variables(shell)
    if isinstance(cells := named.get("In"), Cells):
        named["In"] = cells.before(typed)
    pieces = attach(flags.things or (), named)
    return build(typed, named, pieces, room=room, interpolate=flags.interpolate)


def dry_run(session: Session) -> str:
    """What the session would send, to the first it would ask, as text."""
    first = session.routes[0]
    return printable(preview(first.model, first.request, session.opening))
