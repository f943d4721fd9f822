"""How the end of a stream is told."""

from __future__ import annotations

import pytest

from nbstream.endings import late, silent, stopped
from nbstream.provider import Stop


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


def test_one_second_is_one():
    assert "limit of 1 second (" in late(1).error
    assert "limit of 1.5 seconds (" in late(1.5).error
    assert "nothing for 1 second;" in str(silent("openai", 1.0))
    assert "nothing for 300 seconds;" in str(silent("openai", 300.0))
