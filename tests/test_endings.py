"""How the end of a stream is told."""

from __future__ import annotations

import pytest

from nbstream.endings import late, silent, stopped, unfinished
from nbstream.provider import Stop
from nbstream.providers.asked import Asked
from nbstream.providers.failures import dropped


@pytest.mark.parametrize(
    ("reason", "most", "said"),
    [
        ("max_tokens", 5, "cut at max_tokens=5"),
        ("length", None, "cut at the model's limit (length)"),
        ("model_context_window_exceeded", 5, "the model's limit (model_context_window_exceeded)"),
    ],
)
def test_a_cut_answer_says_which_limit_it_met(reason: str, most: int | None, said: str):
    end = stopped(Stop(reason, truncated=True), most)
    assert end.status == "truncated"
    assert said in end.error


@pytest.mark.parametrize(
    "sentence",
    [
        str(silent("openai", 1.0)),
        str(unfinished("openai")),
        str(dropped(Asked("openai", "m", "https://a.example", "OPENAI_API_KEY"))),
    ],
)
def test_a_failure_does_not_say_that_what_came_is_kept_where_nothing_may_have_come(sentence: str):
    assert "kept" not in sentence


def test_one_second_is_one():
    assert "limit of 1 second (" in late(1).error
    assert "limit of 1.5 seconds (" in late(1.5).error
    assert "nothing for 1 second;" in str(silent("openai", 1.0))
    assert "nothing for 300 seconds;" in str(silent("openai", 300.0))
