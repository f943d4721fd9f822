"""What was asked, as the sentence of its failure names it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..api_key import ApiKey
from ..costs import Counting, Price


@dataclass(frozen=True, slots=True)
class Asked:
    """Provider and model as users write them, the base URL and the environment variable of the
    key. `key` is here only to be left out; `withheld` is a variable whose key was not sent, as the
    server is not the provider's. `price` is what the model's tokens cost, counted as `counting`
    says."""

    provider: str
    model: str
    url: str
    key_variable: str
    key: ApiKey = field(default_factory=ApiKey)
    price: Price | None = None
    counting: Counting = "openai"
    withheld: str = ""
