"""What IPython's completer offers in the line of a magic of ours and in the prompt below it."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import nbstream
from nbstream import aliases, known_models
from nbstream.notebook.completion.prompt import in_braces
from tests.shells import new_shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text("Notes.")
    shell = new_shell(tmp_path, "nbstream.ai")
    shell.run_line_magic("config", "NbStream.aliases = {'fast': 'openai/mini'}")
    nbstream.conversations.clear()
    nbstream.conversations["draft"] = nbstream.Conversation()
    shell.user_ns |= {"cfg": {"one": 1, "other two": 2}, "poet": "Whitman", "rows": [1, 2]}
    yield shell
    aliases.configure({})
    nbstream.conversations.clear()


def offered(shell: InteractiveShell, typed: str) -> list[str]:
    """The texts as they would stand after completing at the | in `typed`, else at its end."""
    code = typed.replace("|", "", 1)
    cursor = typed.find("|") if "|" in typed else len(typed)
    assert shell.Completer is not None
    with provisionalcompleter():
        found = list(shell.Completer.completions(code, cursor))
    line = code[:cursor].rpartition("\n")[2]
    before = cursor - len(line)
    return [code[before : each.start] + each.text for each in found]


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("%%generate fa", "%%generate fast"),
        ("%%generate anth", "%%generate anthropic/claude-sonnet-5-5"),
        ("%%generate anthropic:", "%%generate anthropic:claude-sonnet-5-5"),
        ("%%generate gro", "%%generate groq/"),
        ("%%generate -o answer loc", "%%generate -o answer local/smollm2"),
        ("%%generate --no-i", "%%generate --no-interpolate"),
        ("%%generate local --te", "%%generate local --temperature"),
        ("%%generate local --te|\nprompt", "%%generate local --temperature"),
        ("%%generate -f ma", "%%generate -f markdown"),
        ("%%generate --format=ma", "%%generate --format=math"),
        ("%%generate --on-drop st", "%%generate --on-drop stop"),
        ("%%generate --chat dr", "%%generate --chat draft"),
        ("%%generate -o po", "%%generate -o poet"),
        ("%%generate local --with cfg po", "%%generate local --with cfg poet"),
        ("%%generate --with no", "%%generate --with notes.md"),
        ("%%generate\nSay {po", "Say {poet"),
        ("%%generate\nSay {", "Say {poet"),
        ("%%generate\nSay {poet.upp", "Say {poet.upper"),
        ("%%generate\nSay {cfg['on|'] now}", "Say {cfg['one'"),
        ('%%generate\nSay {cfg["oth', 'Say {cfg["other two"'),
        ("%%generate\nSay {rows[", "Say {rows[1"),
        ("%generate mod", "%generate models"),
        ("x = 1\n%generate mod", "%generate models"),
        ("%generate models oll", "%generate models ollama"),
        ("%generate fix loc", "%generate fix local/smollm2"),
        ("%generate fix local --te", "%generate fix local --temperature"),
        ("%generate alias quick anth", "%generate alias quick anthropic/claude-sonnet-5-5"),
        ("%generate dealias fa", "%generate dealias fast"),
        ("%generate history dr", "%generate history draft"),
        ("%generate config sm", "%generate config smooth"),
        ("%generate load no", "%generate load notes.md"),
        ("%generate models --ba", "%generate models --base-url"),
        ("%%ai fa", "%%ai fast"),
        ("%%ai chatg", "%%ai chatgpt"),
        ("%%ai local --api-b", "%%ai local --api-base"),
        ("%%ai\nSay {po", "Say {poet"),
        ("%ai reg", "%ai register"),
        ("%ai delete fa", "%ai delete fast"),
        ("%ai error loc", "%ai error local/smollm2"),
    ],
)
def test_what_may_follow_is_offered(shell: InteractiveShell, typed: str, completed: str):
    assert completed in [text.removesuffix("]") for text in offered(shell, typed)]


@pytest.mark.parametrize("typed", ["%%generate -f text -", "%%generate --format text -"])
def test_a_flag_that_stands_there_is_not_offered_again(shell: InteractiveShell, typed: str):
    texts = offered(shell, typed)
    assert [text for text in texts if text.endswith(" --seed")]
    assert not [text for text in texts if text.endswith((" -f", " --format"))]


@pytest.mark.parametrize("line", ["Say po", "Say ${po", "Say {po}", "Say {{po", "Say { po", "{1"])
def test_other_braces_and_prose_are_left_alone(shell: InteractiveShell, line: str):
    assert in_braces(line, shell) is None


def test_only_what_is_offered_for_the_place_is_offered(shell: InteractiveShell):
    assert offered(shell, "%%generate -f ") == [
        f"%%generate -f {word}"
        for word in ("markdown", "code", "text", "json", "html", "math", "md")
    ]
    assert offered(shell, "%%generate --chat ") == [
        "%%generate --chat draft",
        "%%generate --chat main",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "%%generate --system i",
        "%%generate --seed a",
        "%%generate --record nothing-like-it",
        "%%generate --chat i",
        "%generate fork i",
        "%generate dealias i",
        "%generate version a",
        "%generate load nothing-like-it",
        "%ai alias i",
        "%%generate -f text\nSay {nonesu",
    ],
)
def test_where_nothing_fits_no_words_of_pythons_are_offered(shell: InteractiveShell, typed: str):
    assert offered(shell, typed) == [typed.rpartition("\n")[2]]


@pytest.mark.parametrize(
    "typed",
    [
        "{__",
        "{cfg.__cl",
        "{cfg.__class__.",
        "{__builtins__.",
        "{__builtins__['",
        "{dunder['",
        "{dunder[",
    ],
)
def test_no_name_of_two_underscores_is_offered(shell: InteractiveShell, typed: str):
    shell.user_ns["dunder"] = {"__key": 1, "key": 2}
    new = [text.removeprefix(typed) for text in offered(shell, f"%%generate\n{typed}")]
    assert not [text for text in new if "__" in text or "mro" in text or "open" in text]
    things = offered(shell, "%%generate --with ")
    assert not [text for text in things if "__" in text]


def test_files_are_offered_where_they_fit(shell: InteractiveShell):
    for before in ("%%generate --record ", "%generate load ", "%%generate --with no"):
        assert f"{before.removesuffix('no')}notes.md" in offered(shell, before)


def test_models_that_answered_or_were_listed_are_offered(shell: InteractiveShell):
    known_models.used("vllm/answered")
    known_models.listed("lmstudio", ["org/listed"])
    assert offered(shell, "%%generate vllm/an") == ["%%generate vllm/answered"]
    assert offered(shell, "%%generate lmstudio:org/") == ["%%generate lmstudio:org/listed"]


def test_loading_again_offers_nothing_twice(shell: InteractiveShell):
    assert shell.Completer is not None
    before = len(shell.Completer.custom_matchers)
    shell.run_line_magic("reload_ext", "nbstream")
    shell.run_line_magic("reload_ext", "nbstream.ai")
    assert len(shell.Completer.custom_matchers) == before


def test_a_key_that_is_not_one_line_of_plain_text_is_offered_only_as_python_writes_it(
    shell: InteractiveShell,
) -> None:
    shell.user_ns["table"] = {"plain": 1, "two\nlines": 2, "turned\u202e": 3, "red\x1b[31m": 4}
    assert offered(shell, "%%generate local\n{table['") == ["{table['plain']"]
    assert all(text.isprintable() for text in offered(shell, "%%generate local\n{table[")[1:])
