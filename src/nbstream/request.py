"""What is asked of a model, by the common names every provider's own are mapped from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """One generation. `model` is the provider's own name for the model, without the provider.

    None means "as the provider has it"; `effort` is how much to think, in the provider's own word
    (low, medium, high and their like). `extra` goes into the request's body as it is.
    """

    model: str
    messages: tuple[Message, ...]
    system: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    effort: str | None = None
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
