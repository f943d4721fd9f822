"""`%generate key`: ask for a key where it is not seen, and hold it or keep it."""

from __future__ import annotations

import getpass
import os
import re
import warnings
from difflib import get_close_matches

from ... import providers
from ...aliases import all_aliases, find
from ...api_key import ApiKey
from ...choice import alternatives
from ...errors import UsageError
from ...providers import key_places, keyring_store
from ...providers.api_keys import is_sendable

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,60}_(?:KEY|TOKEN)")


def enter(name: str, *, keyring: bool) -> str:
    """Ask for the key of a provider, an alias or a variable, and say where it is now. Raises
    UsageError."""
    variable = _variable(name)
    if keyring:
        keyring_store.check()
    key = _asked(variable)
    if not key:
        raise UsageError("No key was entered; nothing has changed.")
    if not is_sendable(key):
        raise UsageError(
            "The key holds a character that cannot be sent; enter it again, without spaces or line"
            " ends."
        )
    if keyring:
        keyring_store.put(variable, key)
    key_places.enter(variable, key)
    if not keyring:
        return f"{variable} is set for this kernel, and gone with it."
    later = (
        " In other kernels the environment's goes before it." if os.environ.get(variable) else ""
    )
    return f"{variable} is in the system's keyring.{later}"


def _asked(variable: str) -> ApiKey:
    """What is typed at a prompt that shows none of it."""
    try:
        with warnings.catch_warnings():
            # It would read what is typed where that can be seen.
            warnings.simplefilter("error", getpass.GetPassWarning)
            # By the module: a kernel puts its own there while a cell runs.
            return ApiKey(getpass.getpass(f"{variable}: "))
    except (KeyboardInterrupt, EOFError):
        raise UsageError("No key was entered; nothing has changed.") from None
    except (RuntimeError, OSError, getpass.GetPassWarning):
        # ipykernel's StdinNotImplementedError is a RuntimeError.
        raise UsageError(
            f"A key cannot be asked for here, where nobody can type: set {variable} in the"
            " environment, or put it into a .env in the notebook's folder."
        ) from None


def _variable(name: str) -> str:
    """The variable whose key is meant. What was typed is not repeated: it may be the key."""
    known = [*all_aliases(), *providers.names()]
    if _VARIABLE.fullmatch(name):
        return name
    if find(name) is None and name.lower() not in providers.names():
        near = get_close_matches(name.lower(), known, n=1)
        instead = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}."
        raise UsageError(
            f"There is no such provider or alias; {instead} The key itself stays out of the cell:"
            " it is asked for."
        )
    alias = find(name)
    if alias is not None and alias.api_key_name:
        return alias.api_key_name
    provider = alternatives(alias.model)[0].provider if alias is not None else name.lower()
    variables = providers.KEY_VARIABLES.get(provider, ())
    if not variables:
        raise UsageError(
            f"{provider} has no variable for a key; it needs none, or name the variable."
        )
    return variables[0]
