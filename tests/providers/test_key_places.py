"""Where keys are looked for, in which order, and what a `.env` of a stranger's folder cannot do."""

from __future__ import annotations

import getpass
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend

from nbstream import providers
from nbstream.api import prepare
from nbstream.api_key import ApiKey
from nbstream.choice import alternatives
from nbstream.errors import MissingKey, UsageError
from nbstream.notebook.commands import key as command
from nbstream.notebook.flags import key as named_key
from nbstream.providers import KEY_VARIABLES, key_places, keyring_store
from nbstream.providers.google import is_installed as google_is_installed
from tests.loopback import Answer, Loopback

FIRST, SECOND, THIRD = (f"sk-canary-{name}-0123456789" for name in ("one", "two", "three"))


class Keyring(KeyringBackend):
    """A system's keyring, in a dictionary; a locked one fails."""

    priority = 1  # pyright: ignore

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked, self.asked = False, 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.is_locked:
            raise RuntimeError("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise RuntimeError(f"locked, and {password} is not kept")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder, below one of its own, and an environment without keys."""
    for variables in KEY_VARIABLES.values():
        for variable in variables:
            monkeypatch.delenv(variable, raising=False)
    for variable in ("ANTHROPIC_AUTH_TOKEN", "OPENAI_BASE_URL", "NBSTREAM_MODEL"):
        monkeypatch.delenv(variable, raising=False)
    here = tmp_path / "project" / "notebooks"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setattr(keyring_store, "_is_out", False)
    key_places.forget()
    yield here
    key_places.forget()


@pytest.fixture(autouse=True)
def system() -> Iterator[Keyring]:
    before, own = keyring.get_keyring(), Keyring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def held(*variables: str) -> tuple[str, str]:
    found = key_places.held(variables or ("OPENAI_API_KEY",))
    return found.key.reveal(), found.place


def type_in(monkeypatch: pytest.MonkeyPatch, typed: str | BaseException) -> list[str]:
    prompts: list[str] = []

    def ask(prompt: str = "") -> str:
        prompts.append(prompt)
        if isinstance(typed, BaseException):
            raise typed
        return typed

    monkeypatch.setattr(getpass, "getpass", ask)
    return prompts


def test_each_place_goes_before_those_after_it(
    folder: Path, system: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert held() == ("", "")
    (folder / ".env").write_text(f"OPENAI_API_KEY={FIRST}\n")
    assert held() == (FIRST, ".env")
    system.kept["nbstream", "OPENAI_API_KEY"] = SECOND
    assert held() == (SECOND, "the keyring")
    monkeypatch.setenv("OPENAI_API_KEY", THIRD)
    assert held() == (THIRD, "the environment")
    key_places.enter("OPENAI_API_KEY", ApiKey(FIRST))
    assert held() == (FIRST, "this kernel")


def test_the_environment_goes_before_a_file_whichever_of_the_variables_holds_the_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text(f"GOOGLE_API_KEY={FIRST}\n")
    monkeypatch.setenv("GEMINI_API_KEY", SECOND)
    assert held("GOOGLE_API_KEY", "GEMINI_API_KEY") == (SECOND, "the environment")


def test_another_credential_of_the_environment_goes_before_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text(f"ANTHROPIC_API_KEY={FIRST}\n")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", SECOND)
    found = key_places.held(("ANTHROPIC_API_KEY",), besides=("ANTHROPIC_AUTH_TOKEN",))
    assert not found.key


@pytest.mark.parametrize(
    "line",
    [
        f"OPENAI_API_KEY={FIRST}",
        f"export OPENAI_API_KEY='{FIRST}'",
        f'\ufeffOPENAI_API_KEY = "{FIRST}"  # mine',
        f"A line that is none\nOPENAI_API_KEY={FIRST}",
        f"OPENAI_API_KEY={FIRST}\r\nX=1\r\n",
    ],
)
@pytest.mark.parametrize("above", [0, 1, 2])
def test_a_file_in_the_notebooks_folder_or_above_gives_the_key(
    line: str, above: int, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = [folder, *folder.parents][above]
    (place / ".env").write_text(line, encoding="utf-8", newline="")
    before = dict(os.environ)
    assert held() == (FIRST, ".env")
    assert dict(os.environ) == before
    assert caplog.records == []


def test_the_nearest_file_with_the_key_gives_it(folder: Path) -> None:
    (folder.parent / ".env").write_text(f"OPENAI_API_KEY={FIRST}\nGROQ_API_KEY={SECOND}\n")
    (folder / ".env").write_text(f"OPENAI_API_KEY={THIRD}\nGROQ_API_KEY=\n")
    assert held() == (THIRD, ".env")
    assert held("GROQ_API_KEY") == (SECOND, ".env")


@pytest.mark.parametrize(
    "variable",
    [
        "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OLLAMA_HOST", "NBSTREAM_MODEL", "HTTPS_PROXY",
        "ANTHROPIC_AUTH_TOKEN", "AWS_SECRET_ACCESS_KEY", "HOUSE_KEY",
    ],
)  # fmt: skip
def test_a_file_gives_no_address_and_nothing_but_keys_of_providers(
    variable: str, folder: Path
) -> None:
    (folder / ".env").write_text(f"{variable}=http://evil.example/v1\n")
    assert held(variable) == ("", "")


async def test_an_address_in_a_file_gets_neither_prompt_nor_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", FIRST)
    async with Loopback(Answer([])) as server:
        (folder / ".env").write_text(f"OPENAI_BASE_URL={server.url}/v1\nOPENAI_API_KEY={SECOND}\n")
        provider: Any = providers.create("openai-chat")
        assert provider._server.url == "https://api.openai.com/v1"
        assert server.requests == []


def test_a_file_cannot_put_one_providers_key_into_anothers_variable(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", FIRST)
    (folder / ".env").write_text("OPENAI_API_KEY=${ANTHROPIC_API_KEY}\nGROQ_API_KEY=x${HOME}\n")
    assert held() == ("", "")
    assert held("GROQ_API_KEY") == ("", "")


def test_a_file_that_cannot_be_read_gives_nothing(folder: Path) -> None:
    for bad in (b"\xff\xfe\x00", b"OPENAI_API_KEY=" + b"x" * 200_000, b"\0" * 50, b"=" * 50):
        (folder / ".env").write_bytes(bad)
        assert held() == ("", "")
    (folder / ".env").unlink()
    (folder / ".env").mkdir()
    assert held() == ("", "")
    (folder / ".env").rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / ".env")
        assert held() == ("", "")


async def test_a_key_of_a_file_goes_to_its_own_providers_server_alone(folder: Path) -> None:
    (folder / ".env").write_text(f"OPENAI_API_KEY={FIRST}\n")
    provider: Any = providers.create("openai-chat", base_url="http://127.0.0.1:9/v1")
    assert provider._server.asked("m").withheld == "OPENAI_API_KEY"
    assert providers.create("openai")
    assert named_key("OPENAI_API_KEY") == FIRST


@pytest.mark.parametrize("provider", sorted(KEY_VARIABLES))
def test_every_provider_takes_the_key_of_a_file_and_one_that_was_entered(
    provider: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if provider in ("google", "gemini") and not google_is_installed():
        pytest.skip("google-genai is not installed")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://x.openai.azure.com")
    variable = KEY_VARIABLES[provider][0]
    (folder / ".env").write_text(f"{variable}={FIRST}\n")
    assert providers.create(provider)
    (folder / ".env").unlink()
    key_places.enter(variable, ApiKey(SECOND))
    assert providers.create(provider)


@pytest.mark.parametrize("provider", ["openai", "openai-chat", "anthropic", "google", "groq"])
def test_the_sentence_for_a_missing_key_names_the_ways_to_give_one(
    provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(MissingKey) as caught:
        providers.create(provider)
    for way in (f"`%generate key {provider}`", KEY_VARIABLES[provider][0], ".env"):
        assert way in str(caught.value)


def test_a_key_of_a_file_chooses_the_model_where_none_is_named(folder: Path) -> None:
    (folder / ".env").write_text(f"OPENAI_API_KEY={FIRST}\n")
    assert alternatives(None)[0].provider == "openai"


def test_a_keys_text_in_a_prompt_is_warned_of(folder: Path) -> None:
    (folder / ".env").write_text("OPENAI_API_KEY=plain-words-of-mine\n")
    with pytest.raises(UsageError, match="OPENAI_API_KEY in the prompt") as caught:
        prepare("It is plain-words-of-mine.", model="openai/m", secrets="refuse")
    assert "plain-words" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("openai", "OPENAI_API_KEY"),
        ("OpenAI", "OPENAI_API_KEY"),
        ("openai-chat", "OPENAI_API_KEY"),
        ("google", "GOOGLE_API_KEY"),
        ("groq", "GROQ_API_KEY"),
        ("HOUSE_KEY", "HOUSE_KEY"),
    ],
)
def test_the_variable_is_asked_for_and_held(
    name: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = type_in(monkeypatch, f" {FIRST} ")
    said = command.enter(name, keyring=False)
    assert variable in prompts[0]
    assert held(variable) == (FIRST, "this kernel")
    assert variable not in os.environ
    assert f"{variable} is set for this kernel" in said


def test_the_keyring_keeps_it_under_the_variables_name(
    system: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, FIRST)
    command.enter("openai", keyring=True)
    assert system.kept == {("nbstream", "OPENAI_API_KEY"): FIRST}


def test_a_keyring_that_fails_says_so_without_the_key_and_is_not_asked_again(
    system: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.is_locked = True
    assert held() == held() == ("", "")
    assert system.asked == 1
    type_in(monkeypatch, FIRST)
    with pytest.raises(UsageError, match="keyring did not take the key") as caught:
        command.enter("openai", keyring=True)
    assert FIRST not in str(caught.value)
    assert held() == ("", "")


def test_without_the_package_one_sentence_says_how_to_install_it_before_a_key_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keyring_store, "find_spec", lambda _: None)
    prompts = type_in(monkeypatch, FIRST)
    with pytest.raises(UsageError, match="`pip install keyring`") as caught:
        command.enter("openai", keyring=True)
    assert "for this kernel alone" in str(caught.value)
    assert prompts == []
    assert held() == ("", "")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "No key was entered"),
        ("  ", "No key was entered"),
        (KeyboardInterrupt(), "No key was entered"),
        (EOFError(), "No key was entered"),
        ("sk-canary-Ω", "holds a character that cannot be sent"),
        ("sk-canary\nx", "holds a character that cannot be sent"),
        (RuntimeError("raw_input was called, but this frontend…"), "cannot be asked for here"),
        (getpass.GetPassWarning("echo"), "cannot be asked for here"),
    ],
)
def test_what_is_no_key_changes_nothing(
    typed: str | BaseException, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_places.enter("OPENAI_API_KEY", ApiKey(SECOND))
    type_in(monkeypatch, typed)
    with pytest.raises(UsageError, match=sentence):
        command.enter("openai", keyring=False)
    assert held() == (SECOND, "this kernel")


def test_where_a_terminal_cannot_hide_what_is_typed_nothing_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def visible(prompt: str = "") -> str:
        import warnings

        warnings.warn("Can not control echo", getpass.GetPassWarning, stacklevel=2)
        read.append(prompt)
        return FIRST

    monkeypatch.setattr(getpass, "getpass", visible)
    with pytest.raises(UsageError, match="cannot be asked for here"):
        command.enter("openai", keyring=False)
    assert read == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (FIRST, "The key itself stays out of the cell"),
        ("opnai", "did you mean openai?"),
        ("local", "local has no variable for a key"),
        ("lmstudio", "lmstudio has no variable for a key"),
    ],
)
def test_a_name_of_no_provider_is_not_repeated(
    name: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = type_in(monkeypatch, FIRST)
    with pytest.raises(UsageError) as caught:
        command.enter(name, keyring=False)
    assert sentence in str(caught.value)
    assert FIRST not in str(caught.value)
    assert prompts == []


def test_neither_package_is_loaded_where_nothing_needs_it(folder: Path) -> None:
    import subprocess

    code = (
        "import sys; sys.modules['keyring'] = None\n"
        "from nbstream.providers import key_places\n"
        "key_places.held(('OPENAI_API_KEY',)); assert 'dotenv' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
