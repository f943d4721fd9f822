"""The subcommands of `%ai`, as those of `%generate`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from ..errors import UsageError

COMMANDS = (
    *("help", "list", "alias", "update", "dealias", "fix", "reset", "version"),
    *("register", "delete", "error"),
)
SAME: Mapping[str, str] = {
    "delete": "dealias",
    "error": "fix",
    "register": "alias",
    "update": "alias",
    "-h": "help",
    "--help": "help",
}

HELP = """\
%%ai [MODEL] [-f FORMAT] [-m JSON] [--api-base URL] [--api-key-name VAR] [FLAGS]
asks a model for what the lines below say. FORMAT: code, html, json, markdown, math, md, text.
JSON: the model's parameters, as {"temperature": 0.2}. FLAGS: all that `%%generate?` explains.

%ai help                 this list
%ai list [PROVIDER]      the providers and their models; of one, what its server offers
%ai alias NAME MODEL     call a model by a name (register; update gives it another)
%ai dealias NAME         forget that name (delete)
%ai fix [MODEL] [FLAGS]  why the last cell failed, and the cell repaired (error)
%ai reset                begin the conversation anew
%ai version              what is installed

%config AiMagics shows the settings of jupyter-ai, %generate config those of nbstream."""


def is_command(line: str) -> bool:
    """Whether the line begins with one of them."""
    first = line.strip().partition(" ")[0]
    return first in COMMANDS or first in SAME


def translated(line: str, aliases: Iterable[str]) -> tuple[str, str]:
    """`%generate`'s subcommand that is meant, and what stands behind it. Raises UsageError."""
    typed, _, rest = line.strip().partition(" ")
    if re.search(r"(?<!\S)(-h|--help)(?!\S)", rest) or not typed:
        return "help", ""
    name = SAME.get(typed, typed)
    if name not in COMMANDS:
        close = get_close_matches(typed, COMMANDS, n=1)
        instead = f"did you mean `%ai {close[0]}`?" if close else "`%ai help` lists what there is."
        if set(typed) & set("/:") or typed in aliases:
            instead = f"to ask a model, write `%%ai {typed}` on the first line of a cell."
        raise UsageError(f"There is no `%ai {typed}`; {instead}")
    rest = re.sub(r"(?<!\S)--api-base(?=[\s=])", "--base-url", rest.strip())
    if name == "list" and rest == "all":
        rest = ""
    if name == "dealias" and not rest:
        raise UsageError(f"Write `%ai {typed} NAME`.")
    if name == "alias":
        from .models import model

        words = rest.split()
        if len(words) < 2:
            raise UsageError(f"Write `%ai {typed} NAME MODEL`.")
        known = set(aliases)
        if typed == "update" and words and words[0] not in known:
            near = ", ".join(sorted(known)) or "none"
            raise UsageError(f"There is no alias {words[0]!r}; there are: {near}.")
        if not words[1].startswith("-"):
            words[1] = model(words[1])
            if not set(words[1]) & set("/:"):
                raise UsageError(
                    f"{words[1]!r} is no provider/model; call a chain from Python, in a cell of its"
                    " own."
                )
        rest = " ".join(words)
    return name, rest
