"""The models a user may mean, as far as that is known without asking anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable

from . import aliases, providers
from .choice import DEFAULT_MODELS

_USED_AT_MOST = 50
# Letters and digits of any script but those that show nothing, and what stands between them in
# names. A cell's line reads none of it as a flag, a quote or a second word.
_NAME = re.compile(r"(?!-)(?:[^\W\u115f\u1160\u3164\uffa0]|[-.:/@+~]){1,200}")
_used: dict[str, None] = {}
_listed: dict[str, tuple[str, ...]] = {}


def used(model: str) -> None:
    """`provider/model` has answered."""
    if not names_in([model.partition("/")[2]]):
        return
    _used.pop(model, None)
    _used[model] = None
    if len(_used) > _USED_AT_MOST:
        del _used[next(iter(_used))]


def listed(provider: str, models: list[str]) -> None:
    """The provider's server has said what it offers."""
    _listed[provider] = tuple(names_in(models))


def names_in(models: Iterable[str]) -> list[str]:
    """Those of the models whose name is one: a server may call them anything, and what it calls
    them comes into a cell by Tab."""
    return [model for model in models if _NAME.fullmatch(model)]


def known_models() -> list[str]:
    """Aliases, then the models that have answered, the latest first, then each provider's usual
    one, then what was listed: as they are written in a cell."""
    names = [*aliases.all_aliases(), *reversed(_used)]
    names += [f"{provider}/{model}" for provider, model in sorted(DEFAULT_MODELS.items())]
    names += [f"{provider}/{model}" for provider, models in _listed.items() for model in models]
    return list(dict.fromkeys(names))


def models_of(provider: str) -> list[str]:
    """The known ones of one provider, without its name."""
    before = f"{provider}/"
    return [name[len(before) :] for name in known_models() if name.startswith(before)]


def known_words() -> list[str]:
    """The known models, and `provider/` for each provider."""
    return [*known_models(), *(f"{name}/" for name in providers.names())]
