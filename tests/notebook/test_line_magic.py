"""`%generate models` in IPython."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import nbstream
from nbstream import aliases
from nbstream.notebook.commands.named import COMMANDS
from nbstream.notebook.magic import NbStream
from tests.loopback import Answer, LoopbackThread
from tests.shells import new_shell
from tests.speaking import chat_chunks

LISTED = {"object": "list", "data": [{"id": "big"}, {"id": "org/small"}]}


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[InteractiveShell]:
    shell = new_shell(tmp_path)
    yield shell
    aliases.configure({})


def said(shell: InteractiveShell, line: str, capsys: pytest.CaptureFixture[str]) -> str:
    result = shell.run_cell(line)
    shown = capsys.readouterr()
    if result.error_in_exec is not None:
        return str(result.error_in_exec)
    return shown.out


def test_each_model_is_listed_as_it_is_asked(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    with LoopbackThread(Answer.json(LISTED)) as server:
        line = f"%generate models ollama --base-url {server.url}"
        assert said(shell, line, capsys) == (
            "ollama offers 2 models:\n  ollama/big\n  ollama/org/small\n"
        )


def test_without_a_provider_the_configured_one_is_listed(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_line_magic("config", "NbStream.model = 'lmstudio/x'")
    try:
        with LoopbackThread(Answer.json(LISTED)) as server:
            line = f"%generate models --base-url {server.url}"
            assert said(shell, line, capsys).startswith("lmstudio offers 2 models:")
    finally:
        shell.run_line_magic("config", "NbStream.model = ''")


@pytest.mark.parametrize(
    "line", ["%generate", "%generate help", "%generate --help", "%generate models -h"]
)
def test_help_has_a_line_for_every_subcommand(
    line: str, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(shell, line, capsys).splitlines()
    for name in COMMANDS:
        assert [each for each in lines if each.startswith(f"%generate {name} ")], name
    assert "%%generate" in lines[0]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("histroy", "There is no `%generate histroy`; did you mean `%generate history`?"),
        ("openai/x", "to ask a model, write `%%generate` on the first line of a cell"),
        ("nonesuch", "`%generate help` lists what there is"),
        ("models --nonesuch", "unrecognized arguments: --nonesuch; `%generate help` lists"),
        ("alias fast", "Write `%generate alias NAME MODEL`."),
        ("version 2", "Write `%generate version` with nothing behind it."),
        ("save", "Write `%generate save FILE`."),
        ("config modl", "There is no setting 'modl'; did you mean model?"),
        ("dealias fast", "There is no alias 'fast'; there are: none."),
        ("alias local openai/x", "local is a provider; an alias needs another name."),
        ("alias fast nonesuch/x", "There is no provider 'nonesuch'"),
        ("alias a/b openai/x", "An alias is letters, digits, _, - and ., not 'a/b'."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    line: str, sentence: str, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in said(shell, f"%generate {line}", capsys)


def test_an_alias_is_asked_by_its_name_at_its_server_and_with_its_key(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOUSE_KEY", "sk-canary-house")
    before, spoken, after = chat_chunks(["Hi."])
    with LoopbackThread(Answer([before, *spoken, after])) as server:
        alias = f"alias house openai-chat/qwen --base-url {server.url}/v1 --api-key-name HOUSE_KEY"
        told = said(shell, f"%generate {alias}", capsys)
        assert "house is openai-chat/qwen at http://" in told
        assert "c.NbStream.aliases = {'house': {'model': 'openai-chat/qwen'" in told
        assert "Hi." in said(shell, "%%generate house\nHello", capsys)
        [request] = server.requests
        assert request.body["model"] == "qwen"
        assert request.headers["authorization"] == "Bearer sk-canary-house"
        listed = said(shell, "%generate list", capsys)
        assert "house  openai-chat/qwen at http://" in listed
        assert re.search(r"^  openai-chat +.* set +.*\bqwen", listed, re.MULTILINE)
    assert said(shell, "%generate dealias house", capsys) == "house is no alias any more.\n"
    assert "no provider 'house'" in said(shell, "%%generate house\nHello", capsys)


def test_a_key_that_an_alias_names_and_nobody_set_is_told(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOUSE_KEY", raising=False)
    said(shell, "%generate alias house openai/x --api-key-name HOUSE_KEY", capsys)
    told = said(shell, "%%generate house\nHello", capsys)
    assert "HOUSE_KEY, which is not set" in told
    said(shell, "%generate dealias house", capsys)


def test_list_says_of_every_key_whether_it_is_set_and_never_what_it_is(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-openai")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    listed = said(shell, "%generate list", capsys)
    assert re.search(r"^  openai +OPENAI_API_KEY set +.*gpt-", listed, re.MULTILINE)
    assert re.search(r"^  anthropic +ANTHROPIC_API_KEY not set", listed, re.MULTILINE)
    assert re.search(r"^  ollama +no key needed", listed, re.MULTILINE)


def test_config_shows_every_setting_with_its_value_and_meaning(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = said(shell, "%generate config", capsys)
    for name, trait in NbStream.class_traits(config=True).items():
        assert f"NbStream.{name} = " in shown
        assert trait.help.split(":")[0][:30] in shown
    assert said(shell, "%generate config NbStream.smooth", capsys).startswith(
        "NbStream.smooth = True\n    Let text grow"
    )


def test_version_names_what_is_installed(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(shell, "%generate version", capsys).startswith(
        f"nbstream {nbstream.__version__}\nPython 3."
    )


def test_where_it_cannot_be_said_one_line_says_why(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "replay has no list" in said(shell, "%generate models replay", capsys)
    assert "no provider 'nonesuch'" in said(shell, "%generate models nonesuch", capsys)
    with LoopbackThread() as server:
        gone = server.url
    assert "is the server running?" in said(
        shell, f"%generate models vllm --base-url {gone}", capsys
    )


def test_fix_where_nothing_failed_says_so(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "nothing to fix" in said(shell, "%generate fix local", capsys)


def test_what_the_sentences_name_is_at_hand_and_not_among_the_users_own(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(shell, "print(nbstream.running)", capsys) == "()\n"
    assert said(shell, "%who", capsys) == "Interactive namespace is empty.\n"
    other = new_shell(tmp_path, extension="")
    other.user_ns["nbstream"] = "mine"
    other.run_line_magic("load_ext", "nbstream")
    assert other.user_ns["nbstream"] == "mine"
