"""API keys: what is told where there is none, and which can be sent.

They go in a header, which holds printable ASCII and nothing else.
"""

from __future__ import annotations

from ..errors import MissingKey, UsageError


def missing(provider: str, variables: str, more: str = "") -> MissingKey:
    """What is told where none of `variables` holds a key; `more` is said after it."""
    return MissingKey(
        f"{provider} needs an API key: set the environment variable {variables}, or give the "
        f"address of a server that needs none as base_url (--base-url in a cell).{more}"
    )


def is_sendable(key: str | None) -> bool:
    """Whether a header takes the key; an SDK writes one that it does not take into its log."""
    return all(" " <= character <= "~" for character in key or "")


def unsendable(provider: str, variable: str) -> UsageError:
    """What is told of a key that is not. It is made and raised where no variable holds the key: a
    traceback may show them."""
    return UsageError(
        f"The API key for {provider} holds a character that cannot be sent; "
        f"set {variable} again, without spaces or line ends."
    )
