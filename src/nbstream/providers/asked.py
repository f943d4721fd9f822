"""What was asked, as the sentence of its failure names it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..costs import Counting, Price


@dataclass(frozen=True, slots=True)
class Asked:
    """Provider and model as users write them, the base URL and the environment variable of the
    key. `key` is here only to be left out. `price` is what the model's tokens cost, counted as
    `counting` says."""

    provider: str
    model: str
    url: str
    key_variable: str
    key: str = field(default="", repr=False)
    price: Price | None = None
    counting: Counting = "openai"
