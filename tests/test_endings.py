"""How the end of a stream is told."""

from __future__ import annotations

import pytest

from nbstream.endings import stopped
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
