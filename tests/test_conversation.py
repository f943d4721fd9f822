"""`Conversation` over a real adapter and a real connection."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

import nbstream
from nbstream.errors import UsageError
from nbstream.events import TextDelta
from tests.loopback import DROP, STALL, Answer, Loopback, Step
from tests.speaking import chat_chunks


def answer(text: str, *steps: Step) -> Answer:
    before, spoken, after = chat_chunks([text])
    return Answer([before, *spoken, *(steps or (after,))])


def to(server: Loopback) -> dict[str, Any]:
    return {"model": "openai-chat/test", "base_url": f"{server.url}/v1", "retries": 0}


def asked(server: Loopback, number: int) -> list[tuple[str, str]]:
    return [(m["role"], m["content"]) for m in server.requests[number].body["messages"]]


async def test_each_prompt_is_sent_with_what_was_said_before_it():
    async with Loopback(answer("One."), answer("Two.")) as server:
        talk = nbstream.Conversation(**to(server))
        assert (await talk.generate("First?")).text == "One."
        events = [event async for event in talk.stream("Second?")]
        assert TextDelta("Two.") in events
    assert asked(server, 1) == [("user", "First?"), ("assistant", "One."), ("user", "Second?")]
    assert [e.answer for e in talk.history.exchanges] == ["One.", "Two."]
    assert talk.history.exchanges[0].model == "openai-chat/test"


async def test_an_answer_that_was_left_stays_marked_as_cut():
    async with Loopback(answer("Begun", STALL), answer("Whole.")) as server:
        talk = nbstream.Conversation(**to(server))
        async with aclosing(talk.stream("First?")) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
        await talk.generate("Second?")
    assert [(e.answer, e.cut) for e in talk.history.exchanges] == [
        ("Begun", True),
        ("Whole.", False),
    ]
    assert asked(server, 1)[1] == ("assistant", "Begun\n\n[The answer was cut off here.]")


async def test_a_failed_answer_does_not_stay():
    async with Loopback(answer("Begun", DROP), answer("Whole.")) as server:
        talk = nbstream.Conversation(**to(server))
        assert (await talk.generate("First?")).status == "failed"
        await talk.generate("Second?")
    assert asked(server, 1) == [("user", "Second?")]


async def test_a_fork_goes_on_by_itself():
    async with Loopback(answer("One.")) as server:
        talk = nbstream.Conversation(**to(server))
        await talk.generate("First?")
        fork = talk.fork()
        await fork.generate("Second?")
    assert len(talk.history.exchanges) == 1
    assert len(fork.history.exchanges) == 2
    talk.reset()
    assert len(fork.history.exchanges) == 2


async def test_more_than_is_allowed_is_not_sent_and_yet_kept():
    async with Loopback(answer("A.")) as server:
        talk = nbstream.Conversation(max_messages=2, **to(server))
        for prompt in ("1?", "2?", "3?"):
            await talk.generate(prompt)
    assert asked(server, 2) == [("user", "2?"), ("assistant", "A."), ("user", "3?")]
    assert len(talk.history.exchanges) == 3


async def test_a_saved_conversation_goes_on_where_it_was(tmp_path: Path):
    async with Loopback(answer("One.")) as server:
        talk = nbstream.Conversation(**to(server))
        await talk.generate("First?")
        talk.save(tmp_path / "talk.json")
        other = nbstream.Conversation(**to(server))
        other.load(tmp_path / "talk.json")
        await other.generate("Second?")
    assert asked(server, 1)[:2] == [("user", "First?"), ("assistant", "One.")]


def test_files_that_cannot_be_used_are_one_sentence_and_change_nothing(tmp_path: Path):
    talk = nbstream.Conversation()
    before = talk.history
    with pytest.raises(UsageError, match=r"none\.json cannot be read: No such file"):
        talk.load(tmp_path / "none.json")
    (tmp_path / "picture").write_bytes(b"\x89PNG")
    with pytest.raises(UsageError, match="picture is no conversation: it is not text"):
        talk.load(tmp_path / "picture")
    with pytest.raises(UsageError, match=r"talk\.json cannot be written: No such"):
        talk.save(tmp_path / "nowhere" / "talk.json")
    assert talk.history is before


async def test_an_empty_prompt_is_not_sent():
    with pytest.raises(UsageError, match="prompt is empty"):
        await nbstream.Conversation(model="replay/x").generate(" ")
