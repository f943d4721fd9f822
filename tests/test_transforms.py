"""Text is changed as it comes, wherever its pieces end, in every attempt anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream import transforms
from nbstream.api import prepare
from nbstream.errors import StreamDropped, UsageError
from nbstream.events import ReasoningDelta, Reset, TextDelta
from nbstream.limits import Limits
from nbstream.request import Message, Request
from nbstream.retry import RetryPolicy
from nbstream.session import Session
from nbstream.transforms import Chain, Redact, Words
from tests.scripted import STOP, Scripted, Step, frames_of

PIECES = st.lists(st.text("ab sec\n", max_size=6), max_size=12)


def changed(step: Any, pieces: list[str]) -> str:
    chain = Chain(transforms.steps(step))
    return "".join([*map(chain.take, pieces), chain.rest()])


def session(*scripts: Sequence[Step], by: Any, limits: Limits | None = None) -> Session:
    return Session(
        Scripted(*scripts),
        Request("m", (Message("user", "Hi"),)),
        model="scripted/m",
        limits=limits,
        retry=RetryPolicy(first_wait_s=0.001, longest_wait_s=0.001, on_drop="restart"),
        transforms=transforms.steps(by),
    )


async def test_what_is_shown_and_kept_is_the_changed_text_alone():
    script = [ReasoningDelta("thought"), TextDelta("sec"), TextDelta("ret words"), STOP]
    frames = await frames_of(session(script, by=[Redact(["secret"]), str.upper]))
    assert frames.text == "[REDACTED] WORDS"
    assert frames.events(ReasoningDelta) == [ReasoningDelta("thought")]


async def test_every_attempt_begins_with_the_transform_as_it_was_given():
    words = Words()
    first: list[Step] = [TextDelta("half a wo"), StreamDropped("gone")]
    again: list[Step] = [TextDelta("a whole"), STOP]
    frames = await frames_of(session(first, again, by=words))
    assert len(frames.events(Reset)) == 1
    assert frames.text == "a whole"
    assert words.rest() == ""


async def test_the_limit_counts_what_the_model_writes():
    script = [TextDelta("x" * 60), TextDelta("x" * 60), STOP]
    frames = await frames_of(session(script, by=lambda _: "", limits=Limits(max_chars=100)))
    assert frames.end.status == "truncated"
    assert frames.text == ""


@pytest.mark.parametrize(
    ("transform", "sentence"),
    [
        (lambda _: 1 / 0, "failed: ZeroDivisionError: division by zero."),
        (lambda _: None, "gave NoneType where text is needed."),
    ],
)
async def test_a_transform_that_fails_ends_the_stream_with_a_sentence(
    transform: Any, sentence: str
):
    frames = await frames_of(session([TextDelta("words"), STOP], by=transform))
    assert frames.end.status == "failed"
    assert "The transform" in frames.end.error
    assert frames.end.error.endswith(sentence)


@pytest.mark.parametrize("wrong", ["upper", 3, [str.upper, None], Words, [Words]])
def test_what_is_no_transform_is_refused_before_anything_is_sent(wrong: Any):
    with pytest.raises(UsageError, match=r"is none\.$"):
        prepare("Hi", model="replay/none.ndjson", transforms=wrong)


@given(PIECES)
def test_words_come_whole_and_none_is_lost(pieces: list[str]):
    assert changed(Words(), pieces) == "".join(pieces)
    words = Words()
    said = [words.take(piece) for piece in pieces]
    assert all(each == "" or each[-1].isspace() for each in said)


@given(PIECES, st.lists(st.sampled_from(["sec", "secs", "ab", "b s", "cb"]), max_size=3))
def test_texts_are_redacted_wherever_the_pieces_end(pieces: list[str], texts: list[str]):
    assert changed(Redact(texts, "*"), pieces) == changed(Redact(texts, "*"), ["".join(pieces)])


def test_a_text_that_is_redacted_is_never_shown_in_part():
    redact = Redact(["secret", "secretary"])
    assert [redact.take(char) for char in "a secret."] == ["a", " ", *[""] * 6, "[redacted]."]
    assert redact.rest() == ""
    assert changed(Redact(["secret"]), ["my se", "cre"]) == "my secre"
    with pytest.raises(UsageError):
        Redact([""])
