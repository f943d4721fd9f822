"""`Conversation` over a real adapter and a real connection."""

from __future__ import annotations

import os
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

import nbstream
from nbstream.errors import UsageError
from nbstream.events import TextDelta
from nbstream.history import Exchange, History
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


def saved() -> nbstream.Conversation:
    talk = nbstream.Conversation()
    talk.history = History((Exchange("Hi", "Hello.", model="openai/x"),))
    return talk


@pytest.mark.parametrize("before", ["precious", "{}", "[" * 50_000, '{"kind": "other"}', "\0"])
def test_a_file_that_is_no_conversation_is_not_overwritten(before: str, tmp_path: Path):
    path = tmp_path / "talk.json"
    path.write_text(before)
    with pytest.raises(UsageError, match="there is a file that is no conversation; choose another"):
        saved().save(path)
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_conversation_is_saved_through_no_link_and_into_no_device(tmp_path: Path):
    saved().save(tmp_path / "talk.json")
    before = (tmp_path / "talk.json").read_text()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "talk.json")
    (tmp_path / "dangling").symlink_to(tmp_path / "new.json")
    os.link(tmp_path / "talk.json", tmp_path / "hard")
    for name in ("link", "dangling", "hard", "pipe", "/dev/null", ".", "a\0b"):
        with pytest.raises(UsageError, match=r"cannot be written: [^\n]*\.$"):
            nbstream.Conversation().save(tmp_path / name)
    assert (tmp_path / "talk.json").read_text() == before
    assert not (tmp_path / "new.json").exists()


def test_a_saved_conversation_is_its_owner_s_alone_and_replaces_an_older_one(tmp_path: Path):
    path = tmp_path / "talk.json"
    nbstream.Conversation().save(path)
    path.chmod(0o644)
    saved().save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    other = nbstream.Conversation()
    other.load(path)
    assert other.history == saved().history
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_file_is_not_loaded_and_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(200_000_000)
    for name in ("pipe", "/dev/zero", "/dev/stdin", "large", ".", "a\0b"):
        with pytest.raises(UsageError, match=r"cannot be read: [^\n]*\.$"):
            nbstream.Conversation().load(tmp_path / name)


async def test_an_empty_prompt_is_not_sent():
    with pytest.raises(UsageError, match="prompt is empty"):
        await nbstream.Conversation(model="replay/x").generate(" ")
