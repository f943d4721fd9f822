"""The subcommands of `%generate`, by name."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ...errors import UsageError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "help": ("", "this list"),
    "models": ("[PROVIDER]", "what a provider's server offers (none: the one that would be asked)"),
    "list": ("[PROVIDER]", "the providers, their keys, and the models known without asking"),
    "key": ("PROVIDER", "ask for a provider's key, for this kernel, or to keep it with --keyring"),
    "alias": ("NAME MODEL", "call a model, with --base-url and --api-key-name, by a name"),
    "dealias": ("NAME", "forget that name"),
    "fix": ("[MODEL] [FLAGS]", "why the last cell failed, and the cell repaired"),
    "history": ("[NAME]", "what was said in the conversation of cells with --chat"),
    "reset": ("[NAME]", "begin that conversation anew"),
    "fork": ("NAME", "a copy of it that goes on by itself"),
    "save": ("FILE", "keep it in a file"),
    "load": ("FILE", "go on from a file"),
    "config": ("[SETTING]", "the settings, their values, and what each means"),
    "version": ("", "what is installed"),
}
"""What stands behind each, and what it does."""

FOR_GOOD = 'c.InteractiveShellApp.extensions = ["nbstream"]'
"""The line of ipython_config.py that loads nbstream in every notebook."""


def help_text() -> str:
    """Every subcommand in a line."""
    forms = {f"%generate {name} {words}".rstrip(): does for name, (words, does) in COMMANDS.items()}
    width = max(map(len, forms))
    return "\n".join([
        "%%generate [MODEL] [FLAGS] on the first line of a cell asks a model; the prompt stands"
        " below it. `%%generate --help` explains every flag.",
        "",
        *(f"{form:<{width}}  {does}" for form, does in forms.items()),
        "",
        "To load nbstream in every notebook, run `ipython profile create` in a terminal, and add to"
        " the ipython_config.py that it names:",
        f"    {FOR_GOOD}",
    ])  # fmt: skip


def check(name: str, words: list[str]) -> None:
    """Raises UsageError where there is no such subcommand, or one that takes other words."""
    if name not in COMMANDS:
        raise UsageError(f"There is no `%generate {name}`{_instead(name)}")
    wanted = COMMANDS[name][0].split()
    least = sum(not word.startswith("[") for word in wanted)
    if not least <= len(words) <= len(wanted):
        form = " ".join(["%generate", name, *wanted])
        raise UsageError(f"Write `{form}`{' with nothing behind it' * (not wanted)}.")


def _instead(name: str) -> str:
    close = get_close_matches(name, COMMANDS, n=1)
    if close:
        return f"; did you mean `%generate {close[0]}`?"
    if set(name) & set("/:"):
        return ": to ask a model, write `%%generate` on the first line of a cell."
    return ": `%generate help` lists what there is, and `%%generate` asks a model."
