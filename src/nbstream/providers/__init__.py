"""The providers by name, each loaded when it is first asked for.

Another package adds one through the entry point group `nbstream.providers`: the name users write,
and a callable `(*, base_url, api_key) -> Provider`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..api_key import ApiKey
from ..errors import ModelNotFound, UsageError
from ..provider import Provider
from .presets import OPENAI, PRESETS

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

GROUP = "nbstream.providers"

_GOOGLE_KEYS = ("GOOGLE_API_KEY", "GEMINI_API_KEY")

KEY_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "anthropic": ("ANTHROPIC_API_KEY",),
    "anthropic-chat": ("ANTHROPIC_API_KEY",),
    "gemini": _GOOGLE_KEYS,
    "google": _GOOGLE_KEYS,
    "openai": (OPENAI.key_variable,),
    "openai-chat": (OPENAI.key_variable,),
    "openai-responses": (OPENAI.key_variable,),
    **{name: (each.key_variable,) for name, each in PRESETS.items() if each.key_variable},
}
"""The environment variables that may hold a provider's key; the first that is set does."""

_MODELS = {
    "openai": ("gpt-", "o1", "o3", "o4"),
    "anthropic": ("claude",),
    "google": ("gemini-",),
    "local": ("smollm", "qwen2.5-coder"),
}
"""How the names of models begin that people write without their provider."""

_REMOTE: Mapping[str, tuple[str, str]] = {
    "anthropic": (".anthropic", "Anthropic"),
    "anthropic-chat": (".anthropic", "Anthropic"),
    "gemini": (".google", "Google"),
    "google": (".google", "Google"),
    "openai": (".openai_responses", "OpenAI"),
    "openai-chat": (".openai_chat", "OpenAIChat"),
    "openai-responses": (".openai_responses", "OpenAIResponses"),
}
_HERE: Mapping[str, tuple[str, str]] = {
    "local": (".local", "Local"),
    "replay": (".replay", "Replay"),
}


def names() -> list[str]:
    """Every provider's name, sorted."""
    return sorted({*_REMOTE, *PRESETS, *_HERE, *_added().names})


def parse_model(text: str) -> tuple[str, str]:
    """`(provider, model)` of `provider/model` or `provider:model`; the model is empty where only
    a provider is named. Raises ModelNotFound for a provider that is not known."""
    provider, model = text.strip(), ""
    for place, character in enumerate(provider):
        if character in "/:":
            provider, model = provider[:place], provider[place + 1 :]
            break
    provider = provider.lower()
    known = provider in _REMOTE or provider in PRESETS or provider in _HERE
    if not known and provider not in names():
        raise _unknown(provider)
    return provider, model


def create(
    name: str, *, base_url: str | None = None, api_key: str | ApiKey | None = None
) -> Provider:
    """The provider of that name. Raises ModelNotFound, MissingKey or UsageError."""
    if name in _REMOTE:
        return _load(_REMOTE[name])(name=name, base_url=base_url, api_key=api_key)
    if name in PRESETS:
        chat, preset = _load(_REMOTE["openai-chat"]), PRESETS[name]
        return chat(name=name, preset=preset, base_url=base_url, api_key=api_key)
    if name in _HERE:
        if base_url is not None:
            raise UsageError(f"{name} runs here and takes no base_url; leave it out.")
        return _load(_HERE[name])()
    for point in _added().select(name=name):
        provider: Provider = point.load()(
            base_url=base_url, api_key=ApiKey(api_key).reveal() or None
        )
        return provider
    raise _unknown(name)


def _load(place: tuple[str, str]) -> Any:
    module, name = place
    return getattr(import_module(module, __name__), name)


def _added() -> EntryPoints:
    from importlib.metadata import entry_points  # slow to load, and seldom needed

    return entry_points(group=GROUP)


def _unknown(name: str) -> ModelNotFound:
    from difflib import get_close_matches

    near = get_close_matches(name, names(), n=3, cutoff=0.6)
    maker = next((each for each in _MODELS if name.startswith(_MODELS[each])), "")
    if near:
        meant = f" Did you mean {' or '.join(near)}?"
    else:
        meant = f" Did you mean {maker}/{name}?" if maker else ""
    return ModelNotFound(
        f"There is no provider {name!r}.{meant} Write a model as provider/model, for example"
        " openai/gpt-6-sol; `nbstream.providers.names()` lists the providers."
    )
