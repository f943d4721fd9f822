"""The models that the chooser offers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec

from ...choice import DEFAULT_MODELS, alternatives
from ...engine.catalogue import CATALOGUE
from ...errors import NbStreamError
from ...offered import models
from ...providers import KEY_VARIABLES

_KEYED = ("anthropic", "openai", "google")


def at_hand(model: str | None) -> list[str]:
    """Models that can be asked without asking what there is: the one in use, those of providers
    whose key is set, the embedded ones; as provider/model, each once."""
    named = [model] if model else []
    keyed = [
        f"{provider}/{DEFAULT_MODELS[provider]}"
        for provider in _KEYED
        if any(os.environ.get(variable) for variable in KEY_VARIABLES[provider])
    ]
    embedded = [f"local/{each.name}" for each in CATALOGUE] if find_spec("xllamacpp") else []
    return list(dict.fromkeys([*named, *keyed, *embedded]))


def default() -> str:
    """What is asked where nobody chose, empty where there is nothing to ask."""
    try:
        first = alternatives(None)[0]
        return f"{first.provider}/{first.model}"
    except NbStreamError:
        return ""


async def of_provider(
    model: str | None, *, base_url: str | None, api_key: str | None
) -> Sequence[str]:
    """What the provider of `model` offers, as provider/model. Raises NbStreamError."""
    first = alternatives(model)[0]
    address = None if first.provider in ("local", "replay") else base_url or first.base_url
    found = await models(first.provider, base_url=address, api_key=api_key or first.key())
    return [f"{first.provider}/{name}" for name in found]
