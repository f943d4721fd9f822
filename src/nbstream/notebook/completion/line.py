"""What may follow in the line of a magic: models, flags, their values, subcommands."""

from __future__ import annotations

import os
from argparse import Action, ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any, cast

from IPython.core.interactiveshell import InteractiveShell

from ... import conversation, providers
from ...aliases import all_aliases
from ...known_models import known_words
from ...providers.presets import PRESETS
from ..chat import MAIN
from ..commands.named import COMMANDS
from ..variables import variables
from .candidates import Found, beginning

_EFFORTS = ("low", "medium", "high")
_KEYS = ("KEY", "TOKEN", "SECRET")


def after_cell_magic(before: str, parser: ArgumentParser, shell: InteractiveShell) -> Found | None:
    """`before` is what stands between the magic's name and the cursor."""
    words, current = _words(before)
    return _flag(words, current, parser, shell) or _model(current)


def after_line_magic(
    before: str,
    parser: ArgumentParser,
    commands: Sequence[str],
    same: Mapping[str, str],
    shell: InteractiveShell,
) -> Found | None:
    """The same for a line magic, whose first word is a subcommand."""
    words, current = _words(before)
    if not words:
        return beginning(current, "command", commands)
    command, *behind = words
    command = same.get(command, command)
    if command == "fix":
        return _flag(behind, current, parser, shell) or _model(current)
    if command == "key" and current.startswith("-"):
        return _flag(behind, current, parser, shell, only=("--keyring",))
    if current.startswith("-") or (behind and behind[-1].startswith("-")):
        return _flag(
            behind, current, parser, shell, only=("--base-url", "--api-key-name", "--chat")
        )
    wanted = COMMANDS.get(command, ("", ""))[0].split()
    if len(behind) >= len(wanted):
        return Found(current, [])
    if command in ("models", "list", "key"):
        return beginning(current, "provider", [*all_aliases(), *providers.names()])
    if command == "alias":
        return _model(current) if behind else Found(current, [])
    if command == "dealias":
        return beginning(current, "alias", all_aliases())
    if command in ("history", "reset"):
        return beginning(current, "conversation", conversation.conversations)
    if command == "config":
        return beginning(current, "setting", _settings(shell))
    return Found(current, [], files=command in ("save", "load"))


def _words(before: str) -> tuple[list[str], str]:
    """The words that are whole, and the one that is being typed."""
    words = before.split()
    return (words, "") if before[-1:].isspace() or not words else (words[:-1], words[-1])


def _model(current: str) -> Found:
    fragment = current.rpartition("|")[2]
    known = known_words()
    if ":" in fragment.partition("/")[0]:
        known = [word.replace("/", ":", 1) for word in known]
    return beginning(fragment, "model", known)


def _flag(
    words: list[str],
    current: str,
    parser: ArgumentParser,
    shell: InteractiveShell,
    only: Sequence[str] = (),
) -> Found | None:
    """A flag, or the value of the one before; None where neither is meant."""
    actions: dict[str, Any] = parser._option_string_actions  # pyright: ignore[reportPrivateUsage]
    if current.startswith("-"):
        flag, sign, value = current.partition("=")
        if sign and flag in actions:
            return _values(actions[flag], value, shell)
        used = {
            id(actions[word])
            for word in words
            if word in actions and actions[word].nargs != "+" and not _repeats(actions[word])
        }
        flags = [flag for flag, action in actions.items() if id(action) not in used]
        return beginning(current, "flag", (flag for flag in only or flags if flag in flags))
    for place, word in enumerate(reversed(words)):
        if word.startswith("-") and len(word) > 1:
            action: Action | None = actions.get(word)
            if action is None or action.nargs == 0 or (place and action.nargs != "+"):
                return None
            return _values(action, current, shell)
    return None


def _repeats(action: Action) -> bool:
    return type(action).__name__ in ("_AppendAction", "_ExtendAction")


def _values(action: Action, typed: str, shell: InteractiveShell) -> Found:
    if action.choices is not None:
        return beginning(typed, "value", cast(Sequence[str], action.choices))
    match action.dest:
        case "things":
            return beginning(typed, "variable", [*_named(shell), *_CELLS], files=True)
        case "output" | "schema":
            return beginning(typed, "variable", _named(shell))
        case "chat":
            return beginning(typed, "conversation", [*conversation.conversations, MAIN])
        case "effort":
            return beginning(typed, "value", _EFFORTS)
        case "api_key_name":
            named = sorted(name for name in os.environ if any(word in name for word in _KEYS))
            return beginning(typed, "variable", named)
        case "base_url":
            addresses = [each.base_url for each in PRESETS.values() if each.is_complete]
            return beginning(typed, "address", addresses)
        case "record":
            return Found(typed, [], files=True)
        case _:
            return Found(typed, [])


_CELLS = ("Err", "In[", "Out[")


def _named(shell: InteractiveShell) -> list[str]:
    hidden = {"In", "Out", "Err"}
    return sorted(n for n in variables(shell) if n not in hidden and not n.startswith("_"))


def _settings(shell: InteractiveShell) -> list[str]:
    settings = shell.magics_manager.registry["NbStream"]  # pyright: ignore
    return sorted(settings.class_trait_names(config=True))
