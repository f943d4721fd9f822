"""Where a key may lie. They are looked at in this order: what was entered in this kernel, the
environment, the system's keyring, and a `.env` in the current folder or above.

Nothing is written to the environment, which children of the kernel and `%env` show.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ..api_key import ApiKey
from . import key_file, keyring_store

ENVIRONMENT = "the environment"

_entered: dict[str, ApiKey] = {}
_found: dict[str, ApiKey] = {}


class Held(NamedTuple):
    """A key, the variable it stands for and where it lies; an empty key where there is none."""

    key: ApiKey
    variable: str = ""
    place: str = ""


def enter(variable: str, key: ApiKey) -> None:
    """Hold the key for this kernel, before all other places."""
    _entered[variable] = key


def forget() -> None:
    """Let go of every key that was entered or found."""
    _entered.clear()
    _found.clear()


def held(variables: Sequence[str], *, besides: Sequence[str] = ()) -> Held:
    """The first place's key for one of the variables. Where the environment holds one of `besides`,
    which are credentials of another kind, what comes after the environment is not looked at."""
    places: list[tuple[str, Callable[[str], str | ApiKey | None]]] = [
        ("this kernel", _entered.get),
        (ENVIRONMENT, os.environ.get),
    ]
    if not any(os.environ.get(each) for each in besides):
        places += [("the keyring", keyring_store.get), (".env", key_file.get)]
    for place, get in places:
        for variable in variables:
            if key := ApiKey(get(variable)):
                _found[variable] = key
                return Held(key, variable, place)
    return Held(ApiKey())


def outside_the_environment() -> Mapping[str, ApiKey]:
    """By their variables, the keys that were entered, or found so far."""
    return {**_found, **_entered}
