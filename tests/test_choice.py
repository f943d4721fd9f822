"""Which model a prompt goes to."""

from __future__ import annotations

import sys

import pytest

from nbstream import choice
from nbstream.choice import DEFAULT_MODELS, alternatives
from nbstream.errors import ModelNotFound


def choose(model: str | None, *, configured: str | None = None) -> tuple[str, str]:
    [only] = alternatives(model, configured=configured)
    return only[:2]


def test_several_are_named_with_a_bar_between():
    assert [chosen[:2] for chosen in alternatives("anthropic/a | openai:b|local")] == [
        ("anthropic", "a"),
        ("openai", "b"),
        ("local", DEFAULT_MODELS["local"]),
    ]


@pytest.fixture(autouse=True)
def _nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NBSTREAM_MODEL", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_spec(name: str) -> None:
        return None

    monkeypatch.setattr(choice, "find_spec", find_spec)


@pytest.mark.parametrize(
    ("named", "chosen"),
    [
        ("openai/gpt-x", ("openai", "gpt-x")),
        ("openai:gpt-x", ("openai", "gpt-x")),
        ("openai-chat/org/model:free", ("openai-chat", "org/model:free")),
        ("local:smollm2", ("local", "smollm2")),
        ("replay/a/b.ndjson", ("replay", "a/b.ndjson")),
        ("OpenAI/GPT-x", ("openai", "GPT-x")),
        (" anthropic ", ("anthropic", DEFAULT_MODELS["anthropic"])),
    ],
)
def test_a_name_says_provider_and_model(named: str, chosen: tuple[str, str]):
    assert choose(named) == chosen


def test_a_model_that_is_no_text_is_told_so():
    with pytest.raises(ModelNotFound, match="named by a text, provider/model, not by 3"):
        choose(3)  # pyright: ignore[reportArgumentType]


def test_what_is_named_goes_before_what_is_configured_and_that_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    assert choose(None)[0] == "anthropic"
    monkeypatch.setenv("NBSTREAM_MODEL", "openai/from-environment")
    assert choose(None) == ("openai", "from-environment")
    assert choose(None, configured="openai/configured") == ("openai", "configured")
    assert choose("openai/named", configured="openai/configured") == ("openai", "named")
    assert choose("", configured="") == ("openai", "from-environment")
    monkeypatch.setenv("NBSTREAM_MODEL", "nonesuch/x")
    with pytest.raises(
        ModelNotFound, match=r"^NBSTREAM_MODEL is 'nonesuch/x': There is no provider"
    ):
        choose(None)


def test_without_a_name_the_first_provider_with_a_key_answers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert choose(None) == ("openai", DEFAULT_MODELS["openai"])
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    assert choose(None)[0] == "openai"
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    assert choose(None)[0] == "anthropic"


def test_without_any_key_the_embedded_model_answers(monkeypatch: pytest.MonkeyPatch):
    def find_spec(name: str) -> object:
        return object()

    monkeypatch.setattr(choice, "find_spec", find_spec)
    assert choose(None) == ("local", DEFAULT_MODELS["local"])


@pytest.mark.usefixtures("no_engine")
def test_with_nothing_to_ask_one_sentence_names_three_ways():
    with pytest.raises(ModelNotFound) as caught:
        choose(None)
    sentence = str(caught.value)
    for way in ("ANTHROPIC_API_KEY", "nbstream pull", "--base-url"):
        assert way in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("named", ["gpt-6", "nonesuch/model", "/", ":", "x:y/z"])
def test_an_unknown_provider_is_told(named: str):
    with pytest.raises(ModelNotFound, match="There is no provider "):
        choose(named)


@pytest.mark.parametrize("named", ["local |", "| local", "local || openai/x", "|"])
def test_a_bar_with_nothing_beside_it_is_told(named: str):
    with pytest.raises(ModelNotFound, match=r"missing beside a \|"):
        alternatives(named)


@pytest.mark.parametrize("named", ["replay", "replay/"])
def test_a_provider_without_a_model_of_its_own_needs_one(named: str):
    with pytest.raises(ModelNotFound, match="replay/MODEL"):
        choose(named)


@pytest.mark.parametrize("variable", ["GOOGLE_API_KEY", "GEMINI_API_KEY"])
def test_googles_key_counts_where_its_package_is_installed(
    monkeypatch: pytest.MonkeyPatch, variable: str
):
    monkeypatch.setenv(variable, "k")
    assert choose(None) == ("google", DEFAULT_MODELS["google"])
    monkeypatch.setitem(sys.modules, "google.genai", None)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert choose(None)[0] == "openai"
