"""`%%generate --help` alone in a cell."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

_ASKS = re.compile(r"%%(?:(?:generate|ai)\s(?:.*\s)?(?:-h|--help)(?!\S)|ai\s+help\s*$)")


def register(shell: InteractiveShell) -> None:
    """Have such a cell reach the magic: IPython refuses a cell magic with nothing below it."""
    transforms: list[Any] = shell.input_transformers_cleanup
    if with_line_below not in transforms:
        transforms.append(with_line_below)


def with_line_below(lines: list[str]) -> list[str]:
    """The cell's lines, with an empty one below a lone line that asks for help."""
    return [*lines, "\n"] if len(lines) == 1 and _ASKS.match(lines[0]) else lines
