"""The flags of `%%generate`, and what a person typed as options."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from keyword import iskeyword
from typing import Any

from IPython.core.error import UsageError as CellError

from ..api_key import ApiKey
from ..errors import UsageError
from ..near_flags import correction, flags_of
from ..options import Options
from ..providers import key_places

# As in a shell, but a backslash is a character (paths on Windows) and quotes inside of a word are
# kept (JSON): a word is unquoted where it, or what stands behind its flag's =, is all in quotes.
_WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')+""")
_QUOTED = re.compile(r"""(--[a-z-]+=)?(?:"([^"]*)"|'([^']*)')""")

_HELP = re.compile(r"(?<!\S)(?:-h|--help)(?!\S)")

_IPYTHONS = re.compile(r"In|Out|_{1,3}|_i{1,3}|_i?\d+|_[oid]h|_exit_code|get_ipython|exit|quit")

_OPTIONS = ("system", "base_url", "max_tokens", "temperature", "top_p", "seed", "effort", "secrets")
_LIMITS = ("max_seconds", "max_chars", "max_idle_seconds")
_RETRIES = ("retries", "max_retry_seconds", "on_drop")


def words(line: str) -> list[str]:
    """The line's words. Raises UsageError for a quotation that is not closed."""
    open_quotation = _WORD.sub("", line).strip()
    if open_quotation:
        raise UsageError(f"There is no closing quotation mark in {line.strip()!r}")
    return [
        _QUOTED.sub(r"\1\2\3", word) if _QUOTED.fullmatch(word) else word
        for word in _WORD.findall(line)
    ]


def parser_of(magic: Any) -> ArgumentParser:
    """What `@magic_arguments` made of the magic's flags."""
    return magic.parser


def parsed(
    parser: ArgumentParser,
    line: str,
    help: str,
    change: Callable[[list[str]], list[str]] = list,
) -> Namespace:
    """The flags in the line, once its words are changed. Raises UsageError, which names the flag
    that was meant, or ends with `help`, where to look."""
    try:
        flags, unknown = parser.parse_known_args(change(words(line)))
    except (CellError, UsageError) as error:
        raise UsageError(f"{str(error).rstrip('.')}; {help}") from None
    if unknown:
        what = correction(unknown, flags_of(parser))
        raise UsageError(what or f"unrecognized arguments: {' '.join(unknown)}; {help}")
    return flags


def asks_for_help(line: str) -> bool:
    """Whether `-h` or `--help` stands among the line's words."""
    return bool(_HELP.search(line))


def options(flags: Namespace) -> Options:
    """The options of `stream` and `generate` that the flags name. Raises UsageError."""
    named = (*_OPTIONS, *_LIMITS, *_RETRIES)
    chosen: dict[str, Any] = {name: getattr(flags, name) for name in named}
    chosen["stop"] = flags.stop
    chosen["extra"] = _extra(flags.extra or ())
    chosen["api_key"] = key(flags.api_key_name)
    chosen["format"] = flags.format
    chosen["schema"], chosen["schema_tries"] = flags.schema, flags.schema_tries
    return Options(**chosen)


def output_name(flags: Namespace) -> str | None:
    """The variable that `-o` names. Raises UsageError if Python has no such names, or IPython
    has it for its own."""
    name: str | None = flags.output
    if name is not None and (not name.isidentifier() or iskeyword(name)):
        raise UsageError(f"-o needs the name of a variable, not {name!r}: for example -o answer.")
    if name is not None and _IPYTHONS.fullmatch(name):
        raise UsageError(f"-o cannot take {name}, which is IPython's own: for example -o answer.")
    return name


def key(variable: str | None) -> ApiKey | None:
    """The key of the variable that --api-key-name names. Raises UsageError."""
    if variable is None:
        return None
    value = key_places.held((variable,)).key
    if not value:
        raise UsageError(
            f"--api-key-name {variable}: that environment variable is not set; `%generate key"
            f" {variable}` asks for its key."
        )
    return value


def _extra(pairs: list[str] | tuple[()]) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        try:
            if not (name and sign):
                raise ValueError
            extra[name] = json.loads(value)
        except ValueError:
            raise UsageError(
                f"--extra needs KEY=JSON, not {pair!r}: for example --extra top_k=40."
            ) from None
    return extra
