"""Which models a provider's server offers."""

from __future__ import annotations

from . import choice, providers
from .errors import UsageError
from .provider import Lists


async def models(
    provider: str | None = None,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    configured: str | None = None,
) -> list[str]:
    """The models' names as they are written after `provider/`, in the server's order; without
    `provider` those of the one that would be asked.

    Raises UsageError for a provider that has no list, ModelNotFound, MissingKey and the failures of
    the provider.
    """
    name = providers.parse_model(provider)[0] if provider else default_provider(configured)
    made = providers.create(name, base_url=base_url, api_key=api_key)
    if not isinstance(made, Lists):
        raise UsageError(f"{name} has no list of models; name one as {name}/MODEL.")
    return await made.models()


def default_provider(configured: str | None = None) -> str:
    """The provider of a prompt that names none. Raises ModelNotFound."""
    return choice.alternatives(None, configured=configured)[0][0]
