"""Models as jupyter-ai 2 and 3 name them, by nbstream's names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from .. import aliases
from ..errors import UsageError

_PROVIDERS: Mapping[str, str] = {
    "azure-chat-openai": "azure",
    "fireworks_ai": "fireworks",
    "hosted_vllm": "vllm",
    "lm_studio": "lmstudio",
    "mistralai": "mistral",
    "ollama_chat": "ollama",
    "openai-chat-custom": "openai-chat",
    "together_ai": "together",
    "togetherai": "together",
}
# jupyter-ai 2 finds the provider of a model that is named without one.
_FAMILIES = (
    (r"(gpt|chatgpt|o\d)-.+", "openai-chat"),
    (r"claude-.+", "anthropic"),
    (r"gemini-.+", "gemini"),
)


def model(named: str) -> str:
    """The model, or several with | between, by nbstream's names. Raises UsageError for a
    persona."""
    return "|".join(_one(part.strip()) for part in named.split("|"))


def alias(name: str, value: Any) -> Any:
    """The value of an alias of jupyter-ai 2 (a model) or 3 (with `target`, `api_base` and
    `api_key_name`), as NbStream.aliases has it."""
    if isinstance(value, str):
        return model(value)
    if not isinstance(value, Mapping):
        raise UsageError(f"The alias {name} must be a model, not {value!r}.")
    given = dict(cast(Mapping[str, Any], value))
    named = {"target": "model", "api_base": "base_url"}
    read = {named.get(field, field): each for field, each in given.items() if each is not None}
    if isinstance(read.get("model"), str):
        read["model"] = model(read["model"])
    return read


def _one(named: str) -> str:
    if "@" in named:
        raise UsageError(
            f"{named} is a persona of jupyter-ai's chat, which nbstream does not run: name a model,"
            " as `%%ai anthropic/claude-sonnet-5-5`."
        )
    parts = re.split(r"([/:])", named, maxsplit=1)
    if len(parts) == 3:
        provider, sign, rest = parts
        return f"{_PROVIDERS.get(provider.lower(), provider)}{sign}{rest}"
    if aliases.find(named) is None:
        for family, provider in _FAMILIES:
            if re.fullmatch(family, named):
                return f"{provider}/{named}"
    return named
