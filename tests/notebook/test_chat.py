"""`%%generate --chat` and what `%generate` does with conversations, in IPython."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import nbstream
from nbstream.notebook.background import Background
from tests.loopback import DROP, STALL, Answer, LoopbackThread, Received, Step
from tests.shells import new_shell
from tests.speaking import chat_chunks


class Asked:
    """IPython with a server that answers each prompt with its number."""

    def __init__(self, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
        self.shell, self.capsys = shell, capsys
        self.server = LoopbackThread(script=self._answer)
        self.drops = False

    def _answer(self, request: Received) -> Answer:
        before, spoken, after = chat_chunks([f"Answer {len(self.server.requests)}"])
        return Answer([before, *spoken, self._end(request, after)])

    def _end(self, request: Received, after: bytes) -> Step:
        if request.body["messages"][-1]["content"].endswith("for ever"):
            return STALL
        return DROP if self.drops else after

    def run(self, code: str) -> str:
        """What is printed, or the sentence of the error."""
        self.capsys.readouterr()
        result = self.shell.run_cell(code)
        error = result.error_in_exec or result.error_before_exec
        return str(error) if error else self.capsys.readouterr().out

    def generate(self, flags: str, prompt: str = "Hi") -> str:
        model = "openai-chat/m"
        to = f"--base-url {self.server.url}/v1 --retries 0"
        return self.run(f"%%generate {flags.replace('MODEL', model)} {to}\n{prompt}")

    @property
    def sent(self) -> list[str]:
        """The messages of the last request."""
        return [m["content"] for m in self.server.requests[-1].body["messages"]]


@pytest.fixture
def asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Asked]:
    shell = new_shell(tmp_path)
    nbstream.conversations.clear()
    asked = Asked(shell, capsys)
    with asked.server:
        yield asked
    nbstream.conversations.clear()


def test_cells_with_chat_go_on_and_those_without_do_not(asked: Asked):
    asked.generate("MODEL --chat", "First")
    asked.generate("MODEL", "Apart")
    assert asked.sent == ["Apart"]
    asked.generate("--chat MODEL", "Second")
    assert asked.sent == ["First", "Answer 1", "Second"]
    assert list(nbstream.conversations) == ["main"]


def test_conversations_have_names(asked: Asked):
    asked.generate("MODEL --chat draft", "First")
    asked.generate("MODEL --chat=other", "Other")
    assert asked.sent == ["Other"]
    asked.generate("MODEL --chat draft", "Second")
    assert asked.sent == ["First", "Answer 1", "Second"]


def test_chat_can_be_configured_for_every_cell_but_one(asked: Asked):
    asked.run("%config NbStream.chat = 'all'")
    asked.run("%config NbStream.chat_messages = 2")
    asked.generate("MODEL", "First")
    asked.generate("MODEL --no-chat", "Apart")
    assert asked.sent == ["Apart"]
    asked.generate("MODEL", "Second")
    assert asked.sent == ["First", "Answer 1", "Second"]
    asked.generate("MODEL", "Third")
    assert asked.sent == ["Second", "Answer 3", "Third"]


def test_only_so_many_tokens_are_sent_again(asked: Asked):
    for prompt in ("First", "Second"):
        asked.generate("MODEL --chat", prompt)
    asked.run("%config NbStream.chat_tokens = 4")
    asked.generate("MODEL --chat", "Third")
    assert asked.sent == ["Second", "Answer 2", "Third"]
    asked.run("%config NbStream.chat_tokens = 1")
    asked.generate("MODEL --chat", "Fourth")
    assert asked.sent == ["Fourth"]
    assert len(nbstream.conversations["main"].history.exchanges) == 4


def test_a_failed_answer_does_not_stay(asked: Asked):
    asked.drops = True
    asked.generate("MODEL --chat", "First")
    asked.drops = False
    asked.generate("MODEL --chat", "Second")
    assert asked.sent == ["Second"]


def test_what_values_stood_for_is_what_stays(asked: Asked):
    asked.run("river = 'Aare'")
    asked.generate("MODEL --chat", "Where is the {river}?")
    asked.run("river = 'Rhine'")
    asked.generate("MODEL --chat", "And its source?")
    assert asked.sent[0] == "Where is the Aare?"


def test_history_shows_what_was_said_and_what_is_sent_again(asked: Asked):
    asked.generate("MODEL --chat", "First\nline")
    asked.generate("MODEL --chat", "Second")
    shown = asked.run("%generate history")
    assert shown.splitlines()[:3] == [
        "main: 2 exchanges, about 8 tokens",
        "  1 you    First line",
        "    model  Answer 1",
    ]
    nbstream.conversations["main"].max_messages = 2
    shown = asked.run("%generate history main")
    assert "(not sent) Answer 1" in shown
    assert shown.endswith("\nSent with the next prompt: the last 1 exchange, about 4 tokens.\n")
    nbstream.conversations["main"].max_messages = 0
    assert asked.run("%generate history").endswith("\nSent with the next prompt: nothing of it.\n")


def test_reset_begins_anew(asked: Asked):
    asked.generate("MODEL --chat", "First")
    assert asked.run("%generate reset") == "main begins anew.\n"
    asked.generate("MODEL --chat", "Second")
    assert asked.sent == ["Second"]


def test_a_fork_goes_on_by_itself(asked: Asked):
    asked.generate("MODEL --chat", "First")
    assert "`%%generate --chat other`" in asked.run("%generate fork other")
    asked.generate("MODEL --chat other", "Second")
    asked.generate("MODEL --chat", "Third")
    assert asked.sent == ["First", "Answer 1", "Third"]
    assert "There is a conversation 'other'" in asked.run("%generate fork other")


def test_a_saved_conversation_can_be_loaded_under_another_name(asked: Asked, tmp_path: Path):
    asked.generate("MODEL --chat", "First")
    file = tmp_path / "talk.json"
    assert "main is saved in" in asked.run(f"%generate save '{file}'")
    assert "later goes on from" in asked.run(f"%generate load '{file}' --chat later")
    asked.generate("MODEL --chat later", "Second")
    assert asked.sent == ["First", "Answer 1", "Second"]
    assert "Something was said in main, which would be lost" in asked.run(
        f"%generate load '{file}'"
    )


def test_in_a_terminal_the_background_is_quiet_and_its_answer_stays(asked: Asked):
    assert asked.generate("MODEL --chat --background -o later", "First") == ""
    later: Background = asked.shell.user_ns["later"]
    assert later.result().text == "Answer 1"
    assert (later.status, later.done(), nbstream.running) == ("complete", True, ())
    assert repr(later) == "<Background complete: 8 characters, openai-chat/m>"
    asked.generate("MODEL --chat", "Second")
    assert asked.sent == ["First", "Answer 1", "Second"]


def test_a_prompt_before_the_last_answer_is_there_is_told_that_it_goes_without(asked: Asked):
    asked.generate("MODEL --chat --background -o first", "First, and for ever")
    early = "An answer in this conversation is still being written; this prompt goes without it."
    assert early in asked.generate("MODEL --chat", "Second")
    assert early not in asked.generate("MODEL --chat other", "Elsewhere")
    first: Background = asked.shell.user_ns["first"]
    first.cancel()
    first.result()
    assert early not in asked.generate("MODEL --chat", "Third")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("%generate history", "Nothing was said in the conversation 'main'; `%%generate --chat`"),
        ("%generate reset draft", "Nothing was said in the conversation 'draft'"),
        ("%generate fork", "Write `%generate fork NAME`."),
        ("%generate save", "Write `%generate save FILE`."),
        ("%generate load none.json", "none.json cannot be read: No such file or directory."),
        ("%generate history a/b", "A conversation's name is letters, digits"),
        ("%%generate replay/x --chat a,b\nHi", "A conversation's name is letters, digits"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(line: str, sentence: str, asked: Asked):
    assert sentence in asked.run(line)
    assert not any(talk.history.exchanges for talk in nbstream.conversations.values())
