"""CPU of the kernel: the whole path of `%%generate` against a bare loop over the same SDK."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from .answer import answer, tokens
from .figures import Figure, Row
from .kernel_page import KernelPage, kernel_page
from .source import source

RUNS = 5
TOKENS_PER_S = 2_000
BOUND = 1.5


def measure() -> Iterator[Row]:
    """Alternating runs in one kernel, after a warm-up of both."""
    text = answer()
    with source() as model, kernel_page() as page:
        model.speak(tokens(text), TOKENS_PER_S)
        for provider in ("openai-chat", "anthropic"):
            yield from _compare(page, provider, f"{model.url}/v1")


def _compare(page: KernelPage, provider: str, url: str) -> Iterator[Row]:
    whole: list[float] = []
    bare: list[float] = []
    made: list[float] = []
    for run in range(RUNS + 1):
        whole_s: float = page.run(f"whole_path({provider!r}, {url!r})")
        bare_s, made_s = page.run(f"await bare_loop({provider!r}, {url!r})")
        if run:
            whole.append(whole_s * 1000)
            bare.append(bare_s * 1000)
            made.append(made_s * 1000)
    yield Figure(
        "kernel",
        f"CPU of 2,000 tokens, {provider}",
        median(whole),
        "ms",
        median(bare),
        "for a bare loop over the SDK's stream",
        bound=BOUND,
        of_baseline=True,
    )
    # Both make a client for the answer; a loop that has one at hand is the stricter baseline.
    yield Figure(
        "kernel",
        "… against a loop with its client at hand",
        median(whole),
        "ms",
        median(bare) - median(made),
        "",
        bound=BOUND,
        of_baseline=True,
    )
