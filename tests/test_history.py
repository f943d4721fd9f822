"""What a conversation keeps and what of it is sent again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.errors import UsageError
from nbstream.events import EndStatus
from nbstream.history import Exchange, History
from nbstream.request import Message

TEXTS = st.text(max_size=60)
EXCHANGES = st.builds(Exchange, TEXTS, TEXTS.filter(str.strip), st.booleans(), TEXTS)
HISTORIES = st.builds(History, st.lists(EXCHANGES, max_size=30).map(tuple))


@given(HISTORIES, st.integers(0, 40), st.integers(0, 200))
def test_what_is_sent_is_the_newest_that_fit_in_whole_pairs(
    history: History, max_messages: int, max_tokens: int
):
    sent = history.last(max_messages, max_tokens)
    count = len(sent.exchanges)
    assert sent.exchanges == history.exchanges[len(history.exchanges) - count :]
    assert len(sent.messages) <= max_messages
    assert sent.tokens <= max_tokens
    assert [m.role for m in sent.messages] == ["user", "assistant"] * count
    # One more would not fit.
    if count < len(history.exchanges):
        more = History(history.exchanges[-count - 1 :])
        assert len(more.messages) > max_messages or more.tokens > max_tokens


def test_by_default_twenty_messages_are_sent():
    history = History(tuple(Exchange(str(n), "a") for n in range(30)))
    assert len(history.last().messages) == 20
    assert history.last().messages[-2] == Message("user", "29")


@given(HISTORIES)
def test_a_file_brings_the_same_history_back(history: History):
    assert History.from_json(history.to_json(), "a.json") == history


@pytest.mark.parametrize("status", ["cancelled", "truncated"])
def test_an_answer_that_is_a_part_stays_marked_as_cut(status: EndStatus):
    history = History().after("Why?", "Becau", status, "local/m")
    assert history.exchanges == (Exchange("Why?", "Becau", True, "local/m"),)
    assert history.messages[1].text.startswith("Becau")
    assert "cut off here" in history.messages[1].text


def test_a_whole_answer_is_sent_as_it_was():
    history = History().after("Why?", "Because.", "complete")
    assert history.messages == (Message("user", "Why?"), Message("assistant", "Because."))


@pytest.mark.parametrize(("answer", "status"), [("Becau", "failed"), (" \n", "cancelled")])
def test_a_failed_answer_and_one_without_text_do_not_stay(answer: str, status: EndStatus):
    before = History((Exchange("a", "b"),))
    assert before.after("Why?", answer, status) is before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "a.json is no conversation: it is not JSON"),
        ("[" * 100_000, "a.json is no conversation: it is not JSON"),
        ("[]", "a.json is no conversation: `%generate save FILE` writes one"),
        ('{"cells": []}', "a.json is no conversation"),
        (json.dumps({"kind": "nbstream-conversation", "version": 2}), "is of version 2"),
        (json.dumps({"kind": "nbstream-conversation", "version": 1}), "no list of exchanges"),
        (
            json.dumps(
                {"kind": "nbstream-conversation", "version": 1, "exchanges": [{"prompt": 1}]}
            ),
            "a.json, exchange 1, has no 'prompt' that is str",
        ),
        (
            json.dumps({"kind": "nbstream-conversation", "version": 1, "exchanges": ["x"]}),
            "a.json, exchange 1, has no 'prompt'",
        ),
    ],
)
def test_a_file_that_is_none_is_one_sentence(text: str, sentence: str):
    with pytest.raises(UsageError, match=sentence.replace("`%", ".%")):
        History.from_json(text, "a.json")


HEAD = '{"kind": "nbstream-conversation", "version": 1, "exchanges": '


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        HEAD + "[" * 50_000 + "]" * 50_000 + "}",
        HEAD + '[{"prompt": NaN, "answer": "b", "cut": false, "model": ""}]}',
        HEAD + '[{"prompt": "a", "answer": "b", "cut": 1e999, "model": ""}]}',
        HEAD + '[{"prompt": "a", "answer": "b", "cut": -1, "model": ""}]}',
        HEAD + '[null]}',
        HEAD + "1" + "0" * 5_000 + "}",
        HEAD.replace("1", f'"{"x" * 100_000}"') + "[]}",
        HEAD + '["\0"]}',
    ],
)  # fmt: skip
def test_a_hostile_file_is_one_short_sentence(text: str):
    with pytest.raises(UsageError) as failed:
        History.from_json(text, "a.json")
    assert "\n" not in str(failed.value)
    assert len(str(failed.value)) < 250


def test_half_a_character_is_read_as_one_that_can_be_sent():
    text = HEAD + r'[{"prompt": "a\ud800", "answer": "b", "cut": false, "model": ""}]}'
    assert History.from_json(text, "a.json").exchanges[0].prompt == "a\ufffd"
