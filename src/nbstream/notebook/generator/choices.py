"""The models that the chooser offers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from ... import aliases
from ...api_key import ApiKey
from ...choice import DEFAULT_MODELS, Chosen, alternatives
from ...engine.catalogue import CATALOGUE
from ...errors import NbStreamError
from ...offered import models
from ...providers import KEY_VARIABLES, key_places
from .configured import configured

_KEYED = ("anthropic", "openai", "google")
_HERE = ("local", "replay")


def at_hand(model: str | None, offered: Sequence[str] = ()) -> list[str]:
    """Models that can be asked without asking what there is: the one in use, those `offered`, those
    of providers whose key is set, the embedded ones; as provider/model, each once."""
    named = [name for name in (model, *offered) if name and aliases.find(name) is None]
    keyed = [
        f"{provider}/{DEFAULT_MODELS[provider]}"
        for provider in _KEYED
        if key_places.held(KEY_VARIABLES[provider]).key
    ]
    embedded = [f"local/{each.name}" for each in CATALOGUE] if find_spec("xllamacpp") else []
    return list(dict.fromkeys([*named, *keyed, *embedded]))


def default() -> str:
    """What is asked where nobody chose, empty where there is nothing to ask."""
    try:
        first = _first(None)
        return f"{first.provider}/{first.model}"
    except NbStreamError:
        return ""


def named() -> list[dict[str, str]]:
    """The user's aliases, each with what it stands for."""
    return [{"name": name, "model": each.model} for name, each in aliases.all_aliases().items()]


def is_at(model: str | None, given: str | None) -> bool:
    """Whether an address and a key that were given with the model `given` are also for `model`:
    another provider and an alias with a server of its own have theirs. Raises ModelNotFound."""
    if model == given:
        return True
    first = _first(model)
    if first.base_url is not None or first.provider in _HERE:
        return False
    return given is None or _first(given).provider == first.provider


async def of_provider(
    model: str | None, *, base_url: str | None, api_key: ApiKey | None
) -> Sequence[str]:
    """What the provider of `model` offers, as provider/model. Raises NbStreamError."""
    first = _first(model)
    address = None if first.provider in _HERE else base_url or first.base_url
    found = await models(first.provider, base_url=address, api_key=api_key or first.key())
    return [f"{first.provider}/{name}" for name in found]


def _first(model: str | None) -> Chosen:
    return alternatives(model, configured=configured().model)[0]
