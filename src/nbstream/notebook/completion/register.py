"""IPython's completer asks what may follow in the line of a magic of ours and in the prompt below.

`%load_ext` imports this and no more; nothing here asks a server.
"""

# IPython types its completer only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUntypedFunctionDecorator=false

from __future__ import annotations

import os
import re
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from glob import escape, iglob
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult
from IPython.core.completer import context_matcher as matcher
from IPython.core.interactiveshell import InteractiveShell

_FILES = "IPCompleter.file_matcher"


def register(
    shell: InteractiveShell,
    name: str,
    parser: Callable[[], ArgumentParser],
    commands: Sequence[str],
    same: Mapping[str, str] | None = None,
) -> None:
    """Complete the magics of that name: `parser` reads the line of the cell magic, `commands` are
    the line magic's, of which `same` says which is called what else."""
    completer: Any = getattr(shell, "Completer", None)
    if completer is None:
        return
    identifier = f"nbstream.{name}"
    in_cell = re.compile(rf"%%{name}(?=\s)")
    in_line = re.compile(rf"\s*%{name}(?=\s)")

    @matcher(identifier=identifier)
    def matches(context: CompletionContext) -> SimpleMatcherResult:
        before = context.text_until_cursor
        first = context.full_text.lstrip()
        below = context.cursor_line > context.full_text[: -len(first) or None].count("\n")
        if cell := in_cell.match(first):
            if below:
                from .prompt import in_braces

                found = in_braces(before, shell)
            else:
                found = typed(before.lstrip()[cell.end() :], is_cell=True)
        elif line := in_line.match(before):
            found = typed(before[line.end() :], is_cell=False)
        else:
            found = None
        if found is None:
            return {"completions": [], "suppress": False}
        candidates = [SimpleCompletion(text, type=kind) for text, kind in found.candidates]
        none = not candidates and not (found.files and _is_file(found.fragment))
        if none and found.fragment:
            # Else IPython would offer Python's keywords: it heeds `suppress` for what offers some.
            candidates = [SimpleCompletion(found.fragment, type="text")]
        return {
            "completions": candidates,
            "matched_fragment": found.fragment,
            "suppress": True,
            "do_not_suppress": {_FILES} if found.files else set(),
            "ordered": True,
        }

    def typed(before: str, *, is_cell: bool) -> Any:
        from .line import after_cell_magic, after_line_magic

        if is_cell:
            return after_cell_magic(before, parser(), shell)
        return after_line_magic(before, parser(), commands, same or {}, shell)

    others = [each for each in completer.custom_matchers if _identifier(each) != identifier]
    completer.custom_matchers[:] = [*others, matches]


def _is_file(beginning: str) -> bool:
    """Whether a file's name may begin so."""
    return next(iglob(f"{escape(os.path.expanduser(beginning))}*"), None) is not None


def _identifier(each: object) -> str:
    return getattr(each, "matcher_identifier", "")
