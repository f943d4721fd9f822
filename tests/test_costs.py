"""What tokens cost, and that it is never guessed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from typing import Any

import pytest

import nbstream
from nbstream import costs
from nbstream.costs import Price, configure, cost_usd, price_of
from nbstream.errors import StreamDropped, UsageError
from nbstream.events import Frame, TextDelta, Usage
from nbstream.provider import ProviderEvent, Stop
from nbstream.request import Message, Request
from nbstream.retry import RetryPolicy
from nbstream.session import Session
from nbstream.sinks.saved import dollars, footer
from tests.answers import Answer
from tests.loopback import Loopback
from tests.providers.adapters import ADAPTERS, Adapter
from tests.providers.rich_answers import THOUGHTFUL

PRICE = Price(input=2.0, output=10.0, cached_input=0.2)


@pytest.fixture(autouse=True)
def _usual_prices() -> Iterator[None]:
    yield
    costs._said.clear()  # pyright: ignore[reportPrivateUsage]
    configure({})


def test_cached_tokens_and_thoughts_are_counted_as_the_provider_counts_them() -> None:
    usage = Usage(1000, 100, 400, 50)
    assert cost_usd(usage, PRICE, "openai") == pytest.approx(0.0012 + 0.00008 + 0.001)
    assert cost_usd(usage, PRICE, "anthropic") == pytest.approx(0.002 + 0.00008 + 0.001)
    assert cost_usd(usage, PRICE, "google") == pytest.approx(0.0012 + 0.00008 + 0.0015)


@pytest.mark.parametrize(
    ("usage", "price"),
    [
        (Usage(1, 1), None),
        (Usage(None, 1), PRICE),
        (Usage(1, None), PRICE),
        (Usage(), PRICE),
        (Usage(9, 1, 4), Price(2.0, 10.0)),
        (Usage(101, 1), Price(2.0, 10.0, up_to=100)),
    ],
    ids=["price", "input", "output", "usage", "cached", "long prompt"],
)
def test_what_is_not_known_has_no_cost(usage: Usage, price: Price | None) -> None:
    assert cost_usd(usage, price, "openai") is None


def test_a_listed_price_is_for_the_providers_own_server_and_dated_names_too() -> None:
    listed = price_of("openai-chat", "openai", "gpt-6-sol", is_own=True)
    assert listed is not None
    assert price_of("openai", "openai", "gpt-6-sol-2026-09-01", is_own=True) == listed
    assert price_of("openai", "openai", "gpt-6-sol", is_own=False) is None
    assert price_of("openai", "openai", "gpt-6-solar", is_own=True) is None


def test_what_the_user_says_goes_before_the_list_and_holds_for_any_server() -> None:
    configure(
        {"openai/gpt-6-sol": {"input": 1, "output": 1}, "ollama/qwen3": {"input": 0, "output": 0}}
    )
    assert price_of("openai", "openai", "gpt-6-sol", is_own=True) == Price(1, 1)
    assert price_of("ollama", "openai", "qwen3", is_own=False) == Price(0, 0)
    nbstream.price("openai/gpt-6-sol", input=3, output=4, cached_input=0.5)
    assert price_of("openai", "openai", "gpt-6-sol", is_own=False) == Price(3, 4, 0.5)
    configure({})
    assert price_of("ollama", "openai", "qwen3", is_own=False) is None


@pytest.mark.parametrize(
    "prices",
    [
        {"gpt-6-sol": {"input": 1, "output": 1}},
        {"openai/x": 5},
        {"openai/x": {"input": 1}},
        {"openai/x": {"input": -1, "output": 1}},
        {"openai/x": {"input": "1", "output": 1}},
        {"openai/x": {"input": 1, "output": 1, "per": "day"}},
        {"openai/x": {"input": 1, "output": float("nan")}},
    ],
)
def test_a_wrong_price_is_told_in_one_sentence(prices: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"^(A|The) price ") as wrong:
        configure(prices)
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_an_answers_cost_is_in_its_metrics_and_its_footer(
    adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    nbstream.price(f"{adapter.name}/m", input=1000, output=1000, cached_input=1000)
    async with Loopback(Answer([THOUGHTFUL[adapter.name]])) as server:
        url = server.url if adapter.name in ("google", "anthropic") else f"{server.url}/v1"
        answer = await nbstream.generate("Hi", model=f"{adapter.name}/m", base_url=url, api_key="k")
        other = await nbstream.generate("Hi", model=f"{adapter.name}/n", base_url=url, api_key="k")
    tokens = {"anthropic": 21, "google": 22}.get(adapter.name, 17)
    assert answer.metrics.cost_usd == pytest.approx(tokens / 1000)
    assert f" · $0.0{tokens} · " in footer(answer)
    assert other.metrics.cost_usd is None
    assert "$" not in footer(other)


class Breaking:
    """Breaks off once after some text, then goes on; each attempt says its own usage."""

    name = "breaking"
    continues = True

    def __init__(self, *costs: float | None) -> None:
        self.costs = list(costs)

    async def stream(self, request: Request) -> AsyncGenerator[ProviderEvent]:
        yield TextDelta(f"{len(self.costs)} ")
        yield Usage(10, 1, cost_usd=self.costs.pop(0))
        if self.costs:
            raise StreamDropped("gone", provider="breaking")
        yield Stop("end")


@pytest.mark.parametrize(
    ("costs", "whole"), [((0.5, 0.25), 0.75), ((None, 0.25), None), ((0.5, None), None)]
)
async def test_an_answer_that_went_on_costs_what_its_attempts_cost(
    costs: tuple[float | None, float | None], whole: float | None
) -> None:
    session = Session(
        Breaking(*costs),
        Request("m", (Message("user", "Hi"),)),
        model="breaking/m",
        retry=RetryPolicy(first_wait_s=0.0),
    )

    async def nowhere(_: Frame) -> None: ...

    transcript = await session.run(nowhere)
    assert transcript.end is not None
    assert transcript.end.status == "complete"
    assert transcript.usage.cost_usd == whole


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0.0, "$0.00"),
        (0.00001234, "$0.000012"),
        (0.0012, "$0.0012"),
        (0.017, "$0.017"),
        (0.25, "$0.25"),
        (0.2, "$0.20"),
        (12.4, "$12.40"),
        (1234.5, "$1,234.50"),
    ],
)
def test_dollars_show_two_digits_that_count(amount: float, text: str) -> None:
    assert dollars(amount) == text
