"""What a mistyped flag and a request for help get, and how nbstream is loaded for good."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from pathlib import Path

import pytest

import nbstream
from nbstream.cli import main
from nbstream.extras import install_command
from nbstream.near_flags import correction
from nbstream.notebook.commands.named import FOR_GOOD
from tests.shells import new_shell

ROOT = Path(__file__).parents[2]


def printed(folder: Path, code: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the cell prints, or the sentence of its error."""
    shell = new_shell(folder, "nbstream.ai")
    capsys.readouterr()
    result = shell.run_cell(code)
    error = result.error_in_exec or result.error_before_exec
    return str(error) if error else capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "typed", "meant"),
    [
        ("%%generate openai/x --temprature 0.5\nHi", "--temprature", "--temperature"),
        ("%%generate --temprature 0.5\nHi", "--temprature", "--temperature"),
        ("%%generate openai/x --temprature=0.5\nHi", "--temprature", "--temperature"),
        ("%%generate openai/x --max_tokens 5\nHi", "--max_tokens", "--max-tokens"),
        ("%%generate openai/x -temperature 0.5\nHi", "-temperature", "--temperature"),
        ("%%generate openai/x --Seed 5\nHi", "--Seed", "--seed"),
        ("%%ai openai:x --temprature 0.5\nHi", "--temprature", "--temperature"),
        ("%%ai openai:x --api_base http://localhost\nHi", "--api_base", "--api-base"),
        ("%generate models openai --bas-url x", "--bas-url", "--base-url"),
        ("%generate history --caht main", "--caht", "--chat"),
    ],
)
def test_the_flag_that_was_meant_is_named(
    code: str, typed: str, meant: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = f"There is no flag {typed}; did you mean {meant}?"
    assert printed(tmp_path, code, capsys) == sentence


def test_a_flag_that_is_near_none_is_not_guessed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(tmp_path, "%%generate openai/x --nonesuch\nHi", capsys)
    assert said == "unrecognized arguments: --nonesuch; `%%generate --help` explains every flag."


def test_a_word_that_is_no_flag_is_not_corrected() -> None:
    assert correction(["temperature", "-", "--", "--=5"], ["--temperature"]) == ""


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [(["run", "x.ipynb", "--htlm", "y"], "--html"), (["pull", "--lst"], "--list")],
)
def test_the_command_line_names_the_flag_that_was_meant(
    arguments: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert f"did you mean {meant}?" in capsys.readouterr().err


@pytest.mark.parametrize("below", ["", "\n", "\nWrite a poem."])
@pytest.mark.parametrize("flag", ["-h", "--help", "openai/x --seed 5 -h"])
def test_help_of_generate_explains_every_flag_and_sends_nothing(
    flag: str, below: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(tmp_path, f"%%generate {flag}{below}", capsys)
    for each in ("--temperature", "--api-key-name", "--dry-run", "--no-interpolate"):
        assert each in said
    assert "%%generate [MODEL] [FLAGS]" in said
    assert "%%%%" not in said


@pytest.mark.parametrize("line", ["%%ai -h", "%%ai chatgpt --help", "%%ai help", "%%ai -h\nHi"])
def test_help_of_ai_lists_what_there_is(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "%ai list [PROVIDER]" in printed(tmp_path, line, capsys)


@pytest.mark.parametrize("code", ["%generate -h", "%generate --help", "%generate models --help"])
def test_help_of_the_line_magic_says_how_to_load_nbstream_for_good(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(tmp_path, code, capsys)
    assert FOR_GOOD in said
    assert "ipython profile create" in said


def test_the_readme_has_the_line_that_loads_it_for_good() -> None:
    assert FOR_GOOD in (ROOT / "README.md").read_text(encoding="utf-8")


def test_nothing_names_an_index_that_has_no_nbstream() -> None:
    source = Path(nbstream.__file__).parent
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *source.rglob("*.py")]
    for page in pages:
        text = page.read_text(encoding="utf-8").replace('"', "").replace("'", "")
        assert "install nbstream" not in text, page


@pytest.mark.parametrize(
    ("extra", "package"), [("google", "google-genai"), ("local", "xllamacpp"), ("run", "nbclient")]
)
def test_what_is_missing_is_installed_by_its_own_name(extra: str, package: str) -> None:
    command = install_command(extra)
    assert command.startswith("pip install ")
    assert f'"{package}' in command
    assert "extra" not in command
    assert ";" not in command
