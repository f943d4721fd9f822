"""API keys as they can be sent: in a header, which holds printable ASCII and nothing else."""

from __future__ import annotations

from ..errors import UsageError


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
