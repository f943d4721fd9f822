"""API keys: where one comes from, which server gets it, and what is said where there is none.

They go in a header, which holds printable ASCII and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..api_key import ApiKey
from ..errors import MissingKey, UsageError
from . import key_places
from .asked import Asked
from .redaction import origin

PLACEHOLDER = ApiKey("none")
"""Sent as the key to servers that need none: the SDKs want one."""


class Found(NamedTuple):
    """The key to send, or an empty one; `withheld` names the variable whose key the server does not
    get."""

    key: ApiKey
    withheld: str = ""


def find_key(
    given: str | ApiKey | None,
    variables: Sequence[str],
    *,
    is_entitled: bool,
    besides: Sequence[str] = (),
) -> Found:
    """The key that was `given`, else the first that `key_places` holds for one of the variables, if
    the server `is_entitled` to it: it is the provider's own, or its address stands in the
    environment. `besides` are variables with credentials of another kind."""
    key = ApiKey(given)
    if key:
        return Found(key)
    found = key_places.held(variables, besides=besides)
    return Found(found.key) if is_entitled or not found.key else Found(ApiKey(), found.variable)


def missing(provider: str, variables: str, more: str = "") -> MissingKey:
    """What is told where none of `variables` holds a key; `more` is said after it."""
    return MissingKey(
        f"{provider} needs an API key: in a notebook `%generate key {provider}` asks for it; or "
        f"set {variables} in the environment or in a .env in the notebook's folder, or give the "
        f"address of a server that needs none as base_url (--base-url in a cell).{more}"
    )


def withheld(asked: Asked) -> str:
    """The sentence for a server that wants a key and was not sent the one there is, or empty."""
    if not asked.withheld:
        return ""
    return (
        f"{origin(asked.url)} wants an API key, and {asked.withheld} was not sent: it is for"
        f" {asked.provider}'s own server. If this one is to have it, name it:"
        f" --api-key-name {asked.withheld}, in Python api_key=."
    )


def is_sendable(key: ApiKey) -> bool:
    """Whether a header takes the key; an SDK writes one that it does not take into its log."""
    return all(" " <= character <= "~" for character in key.reveal())


def unsendable(provider: str, variable: str) -> UsageError:
    """What is told of a key that is not. It is made and raised where no variable holds the key: a
    traceback may show them."""
    return UsageError(
        f"The API key for {provider} holds a character that cannot be sent; "
        f"set {variable} again, without spaces or line ends."
    )
