"""Progress never goes back, is never full before the end, and says what it is measured by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.events import Progress
from nbstream.progress import PastAnswers, ProgressMeter

MAYBE = st.none() | st.integers(1, 5000)


@given(MAYBE, MAYBE, st.lists(st.integers(0, 20_000), max_size=40))
def test_progress_never_goes_back_and_is_never_full(
    max_tokens: int | None, typical: int | None, counts: list[int]
):
    meter = ProgressMeter(max_tokens, typical)
    told = [meter.at(tokens) for tokens in counts]
    assert [p.tokens for p in told] == counts
    assert len({p.source for p in told}) <= 1
    fractions = [p.fraction for p in told if p.fraction is not None]
    assert len(fractions) == (len(told) if max_tokens or typical else 0)
    assert fractions == sorted(fractions)
    assert all(0 <= fraction < 1 for fraction in fractions)


def test_with_nothing_to_measure_by_it_says_so():
    assert ProgressMeter(None, None).at(7, exact=True) == Progress(None, "none", 7, exact=True)


def test_by_max_tokens_it_is_the_share_of_them():
    assert ProgressMeter(200, None).at(50) == Progress(0.25, "max_tokens", 50)


def test_by_past_answers_it_slows_down_behind_the_usual_length():
    meter = ProgressMeter(None, 100)
    fractions = [meter.at(tokens).fraction for tokens in (50, 100, 200, 400, 10_000_000)]
    assert fractions == [0.4, 0.8, 0.9, 0.95, 0.99]
    assert meter.source == "past-answers"


@pytest.mark.parametrize(("typical", "source"), [(79, "past-answers"), (80, "max_tokens")])
def test_the_shorter_expectation_is_the_measure(typical: int, source: str):
    assert ProgressMeter(100, typical).source == source


def test_the_usual_length_is_the_median_of_the_last_answers_of_that_model():
    past = PastAnswers(keep=3)
    assert past.typical("m") is None
    for tokens in (1000, 10, 20, 400):
        past.add("m", tokens)
    past.add("other", 7)
    assert past.typical("m") == 20
