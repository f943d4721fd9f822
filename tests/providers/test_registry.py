"""Providers by name: what users write, and who answers to it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nbstream import providers
from nbstream.errors import MissingKey, ModelNotFound, UsageError
from nbstream.providers.presets import PRESETS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openai/gpt-6-sol", ("openai", "gpt-6-sol")),
        ("openai:gpt-6-sol", ("openai", "gpt-6-sol")),
        ("openai-chat/qwen/qwen3:free", ("openai-chat", "qwen/qwen3:free")),
        ("local:smollm2", ("local", "smollm2")),
        ("Anthropic/claude-opus-5-5", ("anthropic", "claude-opus-5-5")),
        ("replay/runs/one.ndjson", ("replay", "runs/one.ndjson")),
        ("replay//tmp/one.ndjson", ("replay", "/tmp/one.ndjson")),
        (r"replay:C:\runs\one.ndjson", ("replay", r"C:\runs\one.ndjson")),
        (" anthropic ", ("anthropic", "")),
        ("ollama/qwen3", ("ollama", "qwen3")),
        ("ollama/qwen3:0.6b", ("ollama", "qwen3:0.6b")),
        ("openrouter/anthropic/claude-x", ("openrouter", "anthropic/claude-x")),
    ],
)
def test_the_first_slash_or_colon_parts_provider_and_model(
    text: str, expected: tuple[str, str]
) -> None:
    assert providers.parse_model(text) == expected


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("opnai/gpt-6-sol", r"'opnai'\. Did you mean openai"),
        ("antropic/x", "Did you mean anthropic"),
        ("gpt-6-sol", r"Did you mean openai/gpt-6-sol\?"),
        ("claude-opus-5-5", r"Did you mean anthropic/claude-opus-5-5\?"),
        ("", r"no provider ''\. Write a model as provider/model"),
        ("/x", r"no provider ''\. Write"),
        ("__init__/x", r"no provider '__init__'\. Write"),
    ],
)
def test_an_unknown_provider_is_told_with_those_that_may_be_meant(text: str, meant: str) -> None:
    with pytest.raises(ModelNotFound, match=meant) as failed:
        providers.parse_model(text)
    assert "`nbstream.providers.names()`" in str(failed.value)
    assert len(str(failed.value)) < 220


NEED_A_KEY = sorted(providers.KEY_VARIABLES.keys() - {"llamacpp", "ollama", "vllm"})


@pytest.mark.parametrize("name", NEED_A_KEY)
def test_a_missing_key_is_told_with_the_variable_to_set(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable in (
        *(each for variables in providers.KEY_VARIABLES.values() for each in variables),
        "OPENAI_BASE_URL",
        "GOOGLE_GEMINI_BASE_URL",
        "APPDATA",
    ):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://mine.openai.azure.com/")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    told = rf"{providers.KEY_VARIABLES[name][0]}.* as base_url \(--base-url in a cell\)\."
    with pytest.raises(MissingKey, match=told):
        providers.create(name)


@pytest.mark.parametrize("name", sorted({*providers.KEY_VARIABLES, *PRESETS}))
def test_a_provider_goes_by_the_name_it_was_asked_for(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://mine.openai.azure.com/")
    assert providers.create(name, api_key="k").name == name


@pytest.mark.parametrize("name", ["local", "replay"])
def test_what_runs_here_has_no_address(name: str) -> None:
    assert providers.create(name).name == name
    with pytest.raises(UsageError, match="base_url"):
        providers.create(name, base_url="http://localhost:1")


def test_another_package_adds_a_provider_by_an_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parroting.py").write_text(
        "class Echo:\n"
        "    name = 'echo'\n"
        "    def __init__(self, *, base_url, api_key): self.given = base_url, api_key\n"
    )
    info = tmp_path / "parroting-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parroting\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[nbstream.providers]\necho = parroting:Echo\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert providers.parse_model("echo/any") == ("echo", "any")
    made = providers.create("echo", base_url="http://x", api_key="k")
    assert vars(made) == {"given": ("http://x", "k")}
    assert "echo" in providers.names()
    monkeypatch.delitem(sys.modules, "parroting")


def test_an_unknown_provider_is_not_made() -> None:
    with pytest.raises(ModelNotFound, match="'opnai'"):
        providers.create("opnai")
