"""From a cell and its flags to the prompt that is sent."""

from __future__ import annotations

from argparse import Namespace

from IPython.core.interactiveshell import InteractiveShell

from ..context import budget
from ..context.prompt import Prompt, build
from .variables import variables


def prompt(shell: InteractiveShell | None, typed: str, flags: Namespace) -> Prompt:
    """The cell with what it names. Raises UsageError."""
    return build(typed, variables(shell), room=budget.characters(flags.budget))
