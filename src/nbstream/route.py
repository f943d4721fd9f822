"""One way to an answer: a provider, what it is asked, and the gate its streams go through."""

from __future__ import annotations

from dataclasses import dataclass, field

from .limits import Gate
from .provider import Provider
from .request import Request


@dataclass(frozen=True, slots=True)
class Route:
    """`model` is `provider/model` as people see it."""

    model: str
    provider: Provider
    request: Request
    gate: Gate = field(default_factory=Gate)
