"""Which model a prompt goes to: what was named, else what there is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

from . import aliases
from .api_key import ApiKey
from .errors import MissingKey, ModelNotFound
from .extras import install_command
from .providers import KEY_VARIABLES, key_places, parse_model
from .providers.google import is_installed as google_is_installed

_VARIABLE = "NBSTREAM_MODEL"
# A provider named without a model gets this one; names change, so any other is taken as it is.
DEFAULT_MODELS: Mapping[str, str] = {
    "anthropic": "claude-sonnet-5-5",
    "anthropic-chat": "claude-sonnet-5-5",
    "openai": "gpt-6-sol",
    "openai-chat": "gpt-6-sol",
    "openai-responses": "gpt-6-sol",
    "gemini": "gemini-flash-latest",
    "google": "gemini-flash-latest",
    "local": "smollm2",
}


class Chosen(NamedTuple):
    """A model to ask; `base_url` and `api_key_name` are those of the alias it was named by."""

    provider: str
    model: str
    base_url: str | None = None
    api_key_name: str | None = None

    def key(self) -> ApiKey | None:
        """The key in the alias's environment variable. Raises MissingKey."""
        if self.api_key_name is None:
            return None
        key = key_places.held((self.api_key_name,)).key
        if not key:
            raise MissingKey(
                f"{self.provider}/{self.model}, as it is named by an alias, takes its key from the"
                f" environment variable {self.api_key_name}, which is not set; in a notebook"
                f" `%generate key {self.api_key_name}` asks for it."
            )
        return key


def alternatives(model: str | None, *, configured: str | None = None) -> list[Chosen]:
    """What was named, the configured default, the first provider whose key is set, or the embedded
    model; several where ``a | b | c`` or an alias of that was named, to be asked in turn.
    Raises ModelNotFound."""
    named: Any = model or configured
    if not named and (from_environment := os.environ.get(_VARIABLE)):
        try:
            return alternatives(from_environment)
        except ModelNotFound as error:
            raise ModelNotFound(f"{_VARIABLE} is {from_environment!r}: {error}") from None
    named = named or _first_there_is()
    if not isinstance(named, str):
        raise ModelNotFound(f"A model is named by a text, provider/model, not by {named!r}.")
    parts = named.split("|")
    if len(parts) > 1 and not all(part.strip() for part in parts):
        raise ModelNotFound(f"A model is missing beside a | in {named!r}: write a/b | c/d.")
    return [chosen for part in parts for chosen in _meant(part)]


def _meant(named: str) -> list[Chosen]:
    alias = aliases.find(named)
    if alias is None:
        return [Chosen(*_one(named))]
    named_models = [_one(part) for part in alias.model.split("|")]
    # Where the alias is of several, its server and its key are for the first one's provider.
    own = (alias.base_url, alias.api_key_name)
    return [Chosen(*each, *(own if each[0] == named_models[0][0] else ())) for each in named_models]


def _one(named: str) -> tuple[str, str]:
    provider, name = parse_model(named)
    name = name or DEFAULT_MODELS.get(provider, "")
    if not name:
        raise ModelNotFound(f"{named!r} names no model: write it as {provider}/MODEL.")
    return provider, name


def _first_there_is() -> str:
    for provider in ("anthropic", "openai"):
        if _has_key(provider):
            return provider
    if _has_key("google") and google_is_installed():
        return "google"
    if find_spec("xllamacpp") is not None:
        return "local"
    raise ModelNotFound(
        "No model to ask: set ANTHROPIC_API_KEY or OPENAI_API_KEY (in a notebook `%generate key"
        " anthropic` or `%generate key openai` asks for the key), or install the embedded model"
        f" (`{install_command('local')}`, then `nbstream pull`), or name a server of your own"
        " (`%%generate openai-chat/MODEL --base-url http://localhost:8080/v1`)."
    )


def _has_key(provider: str) -> bool:
    return bool(key_places.held(KEY_VARIABLES[provider]).key)
