"""`%generate models` in IPython."""

from __future__ import annotations

from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tests.loopback import Answer, LoopbackThread

LISTED = {"object": "list", "data": [{"id": "big"}, {"id": "org/small"}]}


@pytest.fixture
def shell(tmp_path: Path) -> InteractiveShell:
    shell = InteractiveShell(
        ipython_dir=str(tmp_path), config=Config({"HistoryManager": {"enabled": False}})
    )
    shell.run_line_magic("load_ext", "nbstream")
    return shell


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


@pytest.mark.parametrize("line", ["%generate", "%generate openai/x", "%generate models --nonesuch"])
def test_anything_else_says_what_to_write(
    line: str, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = said(shell, line, capsys)
    assert "%generate models [PROVIDER]" in sentence
    assert "%%generate" in sentence


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
