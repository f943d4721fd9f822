"""Names of one's own for models: each for a model, or several in their order, and the server they
are on."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from . import providers
from .errors import NbStreamError, UsageError

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_FIELDS = ("model", "base_url", "api_key_name")


@dataclass(frozen=True, slots=True)
class Alias:
    """`model` as it is written in a cell; `base_url` and `api_key_name`, the environment variable
    with the key, hold for it where nothing else is said."""

    model: str
    base_url: str | None = None
    api_key_name: str | None = None


_aliases: dict[str, Alias] = {}


def configure(named: Mapping[str, Any]) -> None:
    """The aliases from now on: each the model, or `{"model": …, "base_url": …, "api_key_name":
    …}`. Raises UsageError, and then nothing has changed."""
    read = {_name(name): _alias(name, value, named) for name, value in named.items()}
    _aliases.clear()
    _aliases.update(read)


def find(name: str) -> Alias | None:
    """What the alias of that name stands for, or None."""
    return _aliases.get(name.strip())


def all_aliases() -> Mapping[str, Alias]:
    """Every alias by its name."""
    return dict(_aliases)


def _name(name: Any) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UsageError(f"An alias is letters, digits, _, - and ., not {name!r}.")
    if name.lower() in providers.names():
        raise UsageError(f"{name} is a provider; an alias needs another name.")
    return name


def _alias(name: str, value: Any, others: Container[str]) -> Alias:
    given: dict[str, Any] = {"model": value} if isinstance(value, str) else {}
    if isinstance(value, Mapping):
        given = dict(cast(Mapping[str, Any], value))
    texts = all(each is None or isinstance(each, str) for each in given.values())
    if not given.get("model") or not given.keys() <= set(_FIELDS) or not texts:
        raise UsageError(
            f"The alias {name} must be a model, or like {{'model': 'openai-chat/m', 'base_url':"
            " 'http://host:8080/v1', 'api_key_name': 'MY_KEY'}."
        )
    alias = Alias(**given)
    for part in alias.model.split("|"):
        if part.strip() in others:
            raise UsageError(
                f"The alias {name}: {part.strip()} is an alias too; name the model it stands for."
            )
        try:
            providers.parse_model(part)
        except NbStreamError as error:
            raise UsageError(f"The alias {name}: {error}") from None
    if "@" in urlsplit(alias.base_url or "").netloc:
        raise UsageError(
            f"The alias {name}: its base_url holds a password; put that into an environment"
            " variable, and the variable's name into api_key_name."
        )
    return alias
