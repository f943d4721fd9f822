"""How long to wait after which failure, decided without waiting."""

from __future__ import annotations

import pytest

from nbstream.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ContextTooLong,
    EngineError,
    MissingKey,
    NbStreamError,
    Overloaded,
    QuotaExceeded,
    RateLimited,
    StreamDropped,
    TimedOut,
    UsageError,
)
from nbstream.retry import RetryPolicy

BUSY = Overloaded("Busy.", provider="p", status=529)


def limited(after_s: float | None) -> RateLimited:
    return RateLimited("Slow.", provider="p", status=429, retry_after_s=after_s)


def test_waits_double_up_to_the_longest():
    policy = RetryPolicy(retries=7)
    waits = [policy.wait_s(n, BUSY, 0.0) for n in range(1, 9)]
    assert waits == [0.5, 1, 2, 4, 8, 8, 8, None]


def test_chance_shortens_a_wait_by_a_quarter_at_the_most():
    policy = RetryPolicy(first_wait_s=4)
    assert [policy.wait_s(1, BUSY, c) for c in (0.0, 0.5, 1.0)] == [4, 3.5, 3]


def test_no_retries_means_none():
    assert RetryPolicy(retries=0).wait_s(1, BUSY, 0.0) is None


def test_thousands_of_retries_still_have_a_wait():
    assert RetryPolicy(retries=9999).wait_s(5000, BUSY, 0.0) == 8


def test_what_the_provider_asks_for_is_taken_as_it_is():
    assert RetryPolicy().wait_s(1, limited(60), 0.7) == 60


def test_a_longer_wait_than_the_longest_asked_is_left_to_the_person():
    assert RetryPolicy(longest_asked_s=60).wait_s(1, limited(60.1), 0.0) is None


@pytest.mark.parametrize("after_s", [None, 0, -3])
def test_without_a_time_of_its_own_a_refusal_waits_as_any_other(after_s: float | None):
    assert RetryPolicy().wait_s(1, limited(after_s), 0.0) == 0.5


@pytest.mark.parametrize("kind", [RateLimited, Overloaded, ConnectionFailed, TimedOut])
def test_what_may_pass_is_tried_again(kind: type[RateLimited]):
    assert RetryPolicy().wait_s(1, kind("x", provider="p"), 0.0) == 0.5


def test_a_dropped_stream_is_tried_again():
    assert RetryPolicy().wait_s(1, StreamDropped("x", provider="p"), 0.0) == 0.5


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationFailed("x", provider="p"),
        ContextTooLong("x", provider="p"),
        QuotaExceeded("The quota is used up.", provider="p"),
        UsageError("x"),
        MissingKey("x"),
        EngineError("x"),
    ],
)
def test_what_would_fail_again_is_not_tried_again(error: NbStreamError):
    assert RetryPolicy().wait_s(1, error, 0.0) is None
