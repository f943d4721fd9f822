"""The `nbstream` command. Each command is a module here with `add(commands)`, which describes its
arguments and sets `command` to the function that runs it: arguments in, exit status out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .. import __version__
from ..errors import ModelNotFound, NbStreamError, UsageError
from ..near_flags import correction, flags_of
from ..sinks.terminal import printable
from . import pull, run

COMMANDS = (pull, run)

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """The command line's grammar, with every command in it."""
    top = argparse.ArgumentParser(
        prog="nbstream", description="Language models that write into Jupyter notebooks."
    )
    top.add_argument("--version", action="version", version=f"nbstream {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 where it failed, 2 for a wrong call."""
    options, unknown = parser().parse_known_args(arguments)
    if unknown:
        grammar: argparse.ArgumentParser = options.grammar
        what = correction(unknown, flags_of(grammar))
        grammar.error(what or f"unrecognized arguments: {' '.join(unknown)}")
    try:
        return options.command(options)
    except NbStreamError as error:
        print(f"nbstream: {printable(str(error))}", file=sys.stderr)
        return WRONG_USAGE if isinstance(error, UsageError | ModelNotFound) else FAILED
    except KeyboardInterrupt:
        print("nbstream: interrupted.", file=sys.stderr)
        return INTERRUPTED
