"""Figures of a stream: counted where the provider counted all of it, else estimated and so said."""

from __future__ import annotations

import pytest

from nbstream.events import End, Event, Frame, ReasoningDelta, Reset, Start, TextDelta, Usage
from nbstream.metrics import estimate_tokens, measure, output_tokens
from nbstream.transcript import Transcript


def after(*events: Event) -> Transcript:
    """One event a second."""
    start = Start("m", 0.0)
    return Transcript(Frame(n, float(n), event) for n, event in enumerate((start, *events)))


def test_before_the_first_token_there_are_no_figures():
    metrics = measure(after())
    assert (metrics.output_tokens, metrics.first_token_s, metrics.tokens_per_s) == (0, None, None)


def test_a_delta_is_a_token_at_least():
    assert estimate_tokens(3, 3) == 3
    assert estimate_tokens(1, 400) == 100


def test_the_providers_count_is_exact():
    assert output_tokens(after(TextDelta("Hello"), Usage(output_tokens=7))) == (7, True)


def test_a_count_that_came_before_the_text_is_not_the_whole():
    transcript = after(Usage(12, 1), TextDelta("Hel"), TextDelta("lo"), TextDelta("!"))
    assert output_tokens(transcript) == (4, False)


def test_reasoning_is_output_too():
    assert output_tokens(after(ReasoningDelta("x" * 40), TextDelta("y" * 40))) == (20, False)


def test_what_was_dropped_is_no_part_of_the_output_but_of_what_it_took():
    dropped = (Usage(output_tokens=90), Reset(1, 0.5, "529"), TextDelta("a"))
    transcript = after(*dropped)
    assert output_tokens(transcript) == (1, False)
    assert measure(transcript).output_tokens == 91
    counted = after(*dropped, Usage(output_tokens=97), End("complete"))
    assert output_tokens(counted) == (7, True)
    metrics = measure(counted)
    assert (metrics.output_tokens, metrics.exact) == (97, True)


def test_the_rate_runs_from_the_first_token_to_the_end():
    metrics = measure(
        after(Reset(1, 0.5, "429"), TextDelta("a"), Usage(output_tokens=8), End("complete"))
    )
    assert (metrics.first_token_s, metrics.elapsed_s, metrics.attempts) == (2, 4, 2)
    assert metrics.tokens_per_s == pytest.approx(4)
    assert (metrics.output_tokens, metrics.exact, metrics.characters) == (8, True, 1)
