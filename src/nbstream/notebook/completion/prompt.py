"""What may follow `{` in a prompt: variables, their attributes and their keys."""

# IPython types its completer only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, cast

from IPython.core.interactiveshell import InteractiveShell

from ...context.references import is_hidden
from ..variables import variables
from .candidates import Found, beginning

_OPEN = re.compile(r"(?<![\\${])\{(?P<typed>[A-Za-z_][^{}\n]*|)$")
_NAME = re.compile(r"\w*")
_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.]*\.\w*")
_ITEM = re.compile(r"(?P<name>[A-Za-z_]\w*)\[(?P<quote>['\"]?)[^\]]*")
_HIDDEN = re.compile(r"(?<!\w)__")
_CELLS = ("In[", "Out[", "Err")
_MOST = 200


def in_braces(before: str, shell: InteractiveShell) -> Found | None:
    """`before` is the prompt's line up to the cursor; None where it is in no braces."""
    found = _OPEN.search(before)
    if found is None:
        return None
    typed: str = found["typed"]
    if _HIDDEN.search(typed):
        return Found(typed, [])
    named = variables(shell)
    if _NAME.fullmatch(typed):
        own = sorted(n for n in named if n not in ("In", "Out", "Err") and n[:1] != "_")
        return beginning(typed, "variable", [*own, *_CELLS])
    if _ATTRIBUTE.fullmatch(typed):
        return beginning(typed, "attribute", _attributes(typed, shell))
    item = _ITEM.fullmatch(typed)
    if item is None or item["name"] not in named:
        return None
    quote: str = item["quote"]
    keys = _keys(named[item["name"]])
    texts = [repr(key) for key in keys] if not quote else [
        f"{quote}{key}{quote}" for key in keys
        if isinstance(key, str) and quote not in key and key.isprintable()
    ]  # fmt: skip
    return beginning(typed, "key", (f"{item['name']}[{text}]" for text in texts))


def _attributes(typed: str, shell: InteractiveShell) -> list[str]:
    """As IPython finds them, which runs no code of the user's."""
    try:
        found = cast(Any, shell.Completer).attr_matches(typed)
    except Exception:
        return []
    return [text for text in found if not text.rpartition(".")[2].startswith("_")][:_MOST]


def _keys(value: Any) -> list[Any]:
    keys: Iterable[Any]
    try:
        if isinstance(value, Mapping):
            keys = cast(Mapping[Any, Any], value).keys()
        elif hasattr(type(value), "columns"):
            keys = value.columns  # a DataFrame's
        elif isinstance(value, list | tuple):
            keys = range(len(cast(list[Any], value)))
        else:
            # Of failed cells too.
            keys = getattr(value, "numbers", ())
        offered = (key for key in keys if isinstance(key, int | str) and not is_hidden(str(key)))
        return list(islice(offered, _MOST))
    except Exception:
        return []
