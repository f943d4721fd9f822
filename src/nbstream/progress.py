"""Honest progress: a fraction where there is something to measure by, never back, never full."""

from __future__ import annotations

import statistics
import threading
from collections import defaultdict, deque

from .events import Progress, ProgressSource

_FULLEST = 0.99


class PastAnswers:
    """How long each model's last answers were, in tokens: what the next is measured by."""

    def __init__(self, keep: int = 20) -> None:
        self._lengths: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=keep))
        self._lock = threading.Lock()

    def add(self, model: str, tokens: int) -> None:
        """Remember a complete answer."""
        with self._lock:
            self._lengths[model].append(tokens)

    def typical(self, model: str) -> float | None:
        """The median length of this model's past answers, or None before the first."""
        with self._lock:
            lengths = self._lengths.get(model)
            return statistics.median(lengths) if lengths else None


class ProgressMeter:
    """Turns the number of tokens so far into a Progress.

    By `max_tokens` the fraction is tokens / max_tokens. By the typical length of past answers it
    runs straight to 80 % at that length and then ever slower, as an answer may well be longer.
    The smaller expectation is the better one: an answer is never longer than `max_tokens`.
    """

    def __init__(self, max_tokens: int | None, typical: float | None) -> None:
        self._max_tokens = max_tokens
        self._typical = typical
        self._fraction = 0.0

    @property
    def source(self) -> ProgressSource:
        """What the fraction is measured by."""
        if self._typical and (self._max_tokens is None or self._typical < 0.8 * self._max_tokens):
            return "past-answers"
        return "max_tokens" if self._max_tokens else "none"

    def at(self, tokens: int, exact: bool = False) -> Progress:
        """The progress with so many tokens of output."""
        source = self.source
        if source == "none":
            return Progress(None, source, tokens, exact)
        reached = self._by_past(tokens) if source == "past-answers" else self._by_max(tokens)
        self._fraction = max(self._fraction, min(reached, _FULLEST))
        return Progress(round(self._fraction, 4), source, tokens, exact)

    def _by_max(self, tokens: int) -> float:
        return tokens / self._max_tokens if self._max_tokens else 0.0

    def _by_past(self, tokens: int) -> float:
        times = tokens / self._typical if self._typical else 0.0
        by_past = 0.8 * times if times <= 1 else 1 - 0.2 / times
        return max(by_past, self._by_max(tokens))
