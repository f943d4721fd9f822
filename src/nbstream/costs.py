"""What tokens cost, where a price is known: by the list below, or by what the user says.

The list holds what the providers' own price pages said on LISTED_ON, for their own servers and
their standard service. It knows nothing of rebates, of dearer or cheaper service tiers, and of what
is charged for writing a cache or for the provider's own tools.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from .errors import UsageError
from .events import Usage

LISTED_ON = "2026-10-09"

Counting = Literal["openai", "anthropic", "google"]
"""Whose way of counting: Anthropic counts cached tokens apart from the input, the others as a part
of it; Google counts thoughts apart from the output."""

_A_MILLION = 1_000_000
_DATE = re.compile(r"-\d{4}-?\d{2}-?\d{2}$")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens; None where no price is known. Prompts of more than `up_to`
    tokens have another price."""

    input: float
    output: float
    cached_input: float | None = None
    up_to: int | None = None


_LISTED: Mapping[str, Price] = {
    "anthropic/claude-opus-5-5": Price(4.0, 20.0, 0.2),
    "anthropic/claude-sonnet-5-5": Price(2.0, 10.0, 0.2),
    "anthropic/claude-haiku-5-5": Price(0.1, 0.5, 0.01, up_to=100_000),
    "openai/gpt-6.1-sol": Price(2.0, 10.0, 0.1, up_to=272_000),
    "openai/gpt-6-sol": Price(2.0, 10.0, 0.2, up_to=272_000),
    "openai/gpt-6-luna": Price(0.1, 0.5, 0.01, up_to=272_000),
}
_said: dict[str, Price] = {}
_configured: dict[str, Price] = {}


def price(model: str, *, input: float, output: float, cached_input: float | None = None) -> None:
    """From now on tokens of `model`, written as provider/model, cost so many US dollars a million.
    Raises UsageError."""
    _said[_name(model)] = _price(model, {"input": input, "output": output, "cached": cached_input})


def configure(prices: Mapping[str, Any]) -> None:
    """The prices by provider/model from now on, each as `{"input": 2, "output": 10}`, with
    `"cached"` where it is another. Raises UsageError."""
    configured = {_name(model): _price(model, named) for model, named in prices.items()}
    _configured.clear()
    _configured.update(configured)


def price_of(provider: str, counting: Counting, model: str, *, is_own: bool) -> Price | None:
    """The price of the provider's model, or None. `is_own` says whether the server is the one that
    the list is about; what the user says holds for any."""
    for name in (f"{provider}/{model}", f"{counting}/{model}"):
        for prices in (_said, _configured):
            if name.lower() in prices:
                return prices[name.lower()]
    if not is_own:
        return None
    return _LISTED.get(f"{counting}/{_DATE.sub('', model)}")


def cost_usd(usage: Usage, price: Price | None, counting: Counting) -> float | None:
    """What the tokens cost in US dollars, or None where anything about it is not known."""
    read, written, cached = usage.input_tokens, usage.output_tokens, usage.cached_input_tokens or 0
    if price is None or read is None or written is None:
        return None
    uncached = read if counting == "anthropic" else read - cached
    if price.up_to is not None and uncached + cached > price.up_to:
        return None
    if counting == "google":
        written += usage.reasoning_tokens or 0
    if cached and price.cached_input is None:
        return None
    cost = uncached * price.input + cached * (price.cached_input or 0.0) + written * price.output
    return cost / _A_MILLION


def _name(model: str) -> str:
    if "/" not in model and ":" in model:
        model = model.replace(":", "/", 1)
    if "/" not in model.strip("/"):
        raise UsageError(f"A price is that of a provider/model, and {model!r} is none.")
    return model.lower()


def _price(model: str, named: Any) -> Price:
    given: dict[str, Any] = dict(cast(Any, named)) if isinstance(named, Mapping) else {}
    read: Any = given.get("input")
    written: Any = given.get("output")
    cached: Any = given.get("cached")
    known = given.keys() <= {"input", "output", "cached"}
    if known and _is_price(read) and _is_price(written) and (cached is None or _is_price(cached)):
        return Price(read, written, cached)
    raise UsageError(
        f"The price of {model} must be like {{'input': 2, 'output': 10, 'cached': 0.2}}, in US"
        f" dollars for a million tokens, not {named!r}."
    )


def _is_price(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value < math.inf
