"""Which models a provider's server offers."""

from __future__ import annotations

from . import aliases, choice, known_models, providers
from .api_key import ApiKey
from .errors import UsageError
from .provider import Lists


async def models(
    provider: str | None = None,
    *,
    base_url: str | None = None,
    api_key: str | ApiKey | None = None,
    configured: str | None = None,
) -> list[str]:
    """The models' names as they are written after `provider/`, in the server's order; without
    `provider` those of the one that would be asked. What cannot be a name is left out.

    Raises UsageError for a provider that has no list, ModelNotFound, MissingKey and the failures of
    the provider.
    """
    api_key = ApiKey(api_key)
    chosen = _whose(provider, configured)
    name = chosen.provider
    made = providers.create(
        name, base_url=base_url or chosen.base_url, api_key=api_key or chosen.key()
    )
    if not isinstance(made, Lists):
        raise UsageError(f"{name} has no list of models; name one as {name}/MODEL.")
    offered = known_models.names_in(await made.models())
    known_models.listed(name, offered)
    return offered


def default_provider(configured: str | None = None) -> str:
    """The provider of a prompt that names none. Raises ModelNotFound."""
    return _whose(None, configured).provider


def _whose(named: str | None, configured: str | None) -> choice.Chosen:
    # A provider has a list without having a usual model.
    if named and aliases.find(named) is None:
        return choice.Chosen(providers.parse_model(named)[0], "")
    return choice.alternatives(named, configured=configured)[0]
