"""What is asked of a model, by the common names every provider's own are mapped from."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Role = Literal["user", "assistant"]


_PIXELS_A_TOKEN = 750
_MOST_TOKENS = 1600


@dataclass(frozen=True, slots=True, repr=False)
class Image:
    """An encoded picture: `media_type` as in ``image/png``, the size in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def tokens(self) -> int:
        """About how many it counts as; providers differ."""
        return min(_MOST_TOKENS, -(-self.width * self.height // _PIXELS_A_TOKEN))

    @property
    def base64(self) -> str:
        """The data as JSON carries it."""
        return b64encode(self.data).decode()

    @property
    def url(self) -> str:
        """The data as a URL."""
        return f"data:{self.media_type};base64,{self.base64}"

    def __repr__(self) -> str:
        return f"<Image {self.media_type}, {self.width} × {self.height}>"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; `images` are seen before the text."""

    role: Role
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """What the answer must be; `name` is letters, digits, - and _, at most 64."""

    name: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One generation. `model` is the provider's own name for the model, without the provider.

    None means "as the provider has it"; `effort` is how much to think, in the provider's own word
    (low, medium, high and their like). `extra` goes into the request's body as it is. `schema` is
    what the answer must be, by the API's own means where it has some.
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
    schema: JsonSchema | None = None


def in_words(request: Request) -> Request:
    """The request with its schema told to the model after the system prompt, once."""
    if request.schema is None:
        return request
    told = (
        "Answer with one JSON value and nothing else: no prose, no code fence. It must be valid"
        f" against this JSON Schema:\n{json.dumps(request.schema.schema, ensure_ascii=False)}"
    )
    system = request.system or ""
    if not system.endswith(told):
        system = f"{system}\n\n{told}" if system else told
    return replace(request, system=system, schema=None)
