"""Flags become the options of the same names, or a sentence."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import pytest

from nbstream.errors import UsageError
from nbstream.notebook.flags import options, output_name, words
from nbstream.notebook.magic import NbStream
from nbstream.options import Options


def flags(line: str) -> Namespace:
    return NbStream.generate.parser.parse_args(words(line))


def test_no_flags_are_no_options():
    chosen = options(flags("openai/m"))
    assert set(chosen) <= set(Options.__annotations__)
    assert not any(chosen.values())


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("--system 'Be brief.'", "system", "Be brief."),
        ('--system "It\'s brief."', "system", "It's brief."),
        ('--system="Be brief."', "system", "Be brief."),
        ("--system ''", "system", ""),
        ("--base-url http://localhost:8080/v1", "base_url", "http://localhost:8080/v1"),
        ("--max-tokens 5", "max_tokens", 5),
        ("--temperature 0.5", "temperature", 0.5),
        ("--top-p 0.9", "top_p", 0.9),
        ("--stop END --stop 'the end'", "stop", ["END", "the end"]),
        ("--seed 7", "seed", 7),
        ("--effort high", "effort", "high"),
        ("--max-seconds 2.5", "max_seconds", 2.5),
        ("--max-chars 100", "max_chars", 100),
        ("--retries 0", "retries", 0),
        ("--secrets refuse", "secrets", "refuse"),
        ("--max-retry-seconds 20", "max_retry_seconds", 20),
        ("--extra top_k=40", "extra", {"top_k": 40}),
        ("--extra 'a={\"b\": [1, null]}'", "extra", {"a": {"b": [1, None]}}),
        ('--extra a={"b":[1,null]}', "extra", {"a": {"b": [1, None]}}),
        ('--extra a="x"', "extra", {"a": "x"}),
        ("--extra 'a=\"x=y\"' --extra b=true", "extra", {"a": "x=y", "b": True}),
    ],
)
def test_a_flag_is_the_option_of_its_name(line: str, name: str, value: Any):
    assert options(flags(line))[name] == value  # pyright: ignore[reportTypedDictNotRequiredAccess]


def test_every_option_but_the_key_and_functions_has_its_flag():
    flagged = {f"{name}".replace("-", "_") for name in vars(flags(""))}
    assert Options.__annotations__.keys() - flagged == {"api_key", "transforms"}


def test_the_key_is_read_from_the_variable_that_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MY_KEY", "sk-1")
    assert options(flags("--api-key-name MY_KEY")).get("api_key") == "sk-1"


def test_a_variable_without_a_key_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MY_KEY", "")
    with pytest.raises(UsageError, match="MY_KEY: that environment variable is not set"):
        options(flags("--api-key-name MY_KEY"))


@pytest.mark.parametrize("pair", ["top_k", "=5", "top_k=", "top_k=forty", "top_k={"])
def test_an_extra_field_that_is_no_json_is_told_with_what_was_typed(pair: str):
    with pytest.raises(UsageError) as caught:
        options(Namespace(**{**vars(flags("")), "extra": [pair]}))
    assert repr(pair) in str(caught.value)
    assert "--extra top_k=40" in str(caught.value)


@pytest.mark.parametrize("name", ["answer", "_private", "Input", "größe"])
def test_the_output_name_is_a_variable(name: str):
    assert output_name(flags(f"-o {name}")) == name


def test_no_output_name_is_none():
    assert output_name(flags("")) is None


@pytest.mark.parametrize("name", ["In", "Out", "_", "___", "_i", "_5", "_i12", "_oh", "quit"])
def test_a_name_of_ipythons_own_is_not_taken(name: str):
    with pytest.raises(UsageError, match=f"cannot take {name}, which is IPython's own"):
        output_name(flags(f"-o {name}"))


@pytest.mark.parametrize("name", ["a-b", "1st", "a.b", "class", "None"])
def test_what_python_cannot_name_is_told(name: str):
    with pytest.raises(UsageError, match=f"not '{name}'"):
        output_name(flags(f"-o {name}"))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", []),
        (" openai/m \t -o answer ", ["openai/m", "-o", "answer"]),
        (r"--record C:\new\file", ["--record", r"C:\new\file"]),
        ("'a b' \"c 'd' e\" ''", ["a b", "c 'd' e", ""]),
    ],
)
def test_words_are_as_in_a_shell_but_backslashes_stay(line: str, found: list[str]):
    assert words(line) == found


@pytest.mark.parametrize("line", ["--system don't", '--system "a b'])
def test_a_quotation_that_is_not_closed_is_told(line: str):
    with pytest.raises(UsageError, match="no closing quotation mark"):
        words(line)
