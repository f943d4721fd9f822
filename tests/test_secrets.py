"""Keys in what would be sent are named and never repeated; what only looks random is no key."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from nbstream.api import prepare
from nbstream.context.attach import attach
from nbstream.context.preview import preview
from nbstream.context.prompt import build
from nbstream.errors import UsageError
from nbstream.events import Notice
from nbstream.request import Message
from nbstream.secrets import secrets_in

A = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2dE3fG4hI5jK6"
KEYS = {
    f"sk-{A}": "an OpenAI key",
    f"sk-proj-{A}": "an OpenAI key",
    f"sk-ant-api03-{A}": "an Anthropic key",
    f"AIza{A[:35]}": "a Google key",
    "AKIA" + "Q7XYZ2ABCDEF3GHI": "an AWS key",
    f'aws_secret_access_key = "{A[:40]}"': "an AWS secret key",
    f"ghp_{A[:36]}": "a GitHub token",
    f"github_pat_{A}": "a GitHub token",
    f"glpat-{A[:20]}": "a GitLab token",
    "xoxb-" + "123456789012-abcdef": "a Slack token",
    "sk_" + f"live_{A[:24]}": "a Stripe key",
    f"hf_{A[:34]}": "a Hugging Face token",
    f"npm_{A[:36]}": "an npm token",
    f"pypi-{A}": "a PyPI token",
    "-----BEGIN RSA " + "PRIVATE KEY-----": "a private key",
    f"eyJhbGciOiJI.eyJzdWIiOiIx{A}.{A}": "a JSON Web Token",
    "postgres://ann:hunter2@db.example.org/x": "a URL with a password",
    "redis://:hunter2@cache:6379": "a URL with a password",
}
NO_KEYS = [
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "123e4567-e89b-12d3-a456-426614174000",
    "data:image/png;base64,iVBORw0KGgo" + A * 40,
    "sk-learn-compatible-estimators-and-pipelines",
    "https://example.org:8080/a@b",
    "postgres://user:{password}@host, postgres://user:$PW@host",
    "!function(e,t){var n=e.ghp_=t,sk=1;return n-sk}",
    "mask-sk-0 risk-1234567890123456789012345",
]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "DB_PASSWORD", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def warnings(prompt: Any, **options: Any) -> list[str]:
    session = prepare(prompt, model="openai/m", api_key="k", **options)
    return [each.text for each in session.opening if isinstance(each, Notice)]


@pytest.mark.parametrize(("key", "kind"), KEYS.items())
def test_a_key_is_named_by_its_kind_and_never_shown(key: str, kind: str):
    (said,) = warnings(f"Why does {key} fail?")
    assert said == f"Secrets are sent to the model: {kind} in the prompt."
    assert key not in said


@pytest.mark.parametrize("text", NO_KEYS)
def test_what_only_looks_random_is_no_key(text: str):
    assert warnings(text) == []


def test_the_environments_own_secrets_are_found_by_their_values(monkeypatch: pytest.MonkeyPatch):
    for name, value in {
        "HOUSE_API_KEY": "corporate",
        "DB_PASSWORD": "hunter22",
        "SHORT_TOKEN": "1",
        "OTHER_SECRET": "changeme",
        "EDITOR_NAME": "something",
    }.items():
        monkeypatch.setenv(name, value)
    messages = [
        Message("user", "corporate"),
        Message("assistant", "1 changeme something"),
        Message("user", "hunter22"),
    ]
    assert warnings(messages, system="a corporate voice") == [
        "Secrets are sent to the model: HOUSE_API_KEY in the system prompt;"
        " HOUSE_API_KEY in an earlier message; DB_PASSWORD in the prompt."
    ]


def test_a_warning_names_the_attachment(tmp_path: Any):
    file = tmp_path / "settings.txt"
    file.write_text(f"x = 1\nkey = 'hf_{A[:34]}'\n")
    pieces = attach([str(file)], {})
    asked = build("What is it?", {}, pieces, room=40_000)
    session = prepare(asked.messages, model="openai/m", api_key="k", opening=asked.opening)
    said = f"Secrets are sent to the model: a Hugging Face token in {file}."
    assert Notice("warning", said) in session.opening
    assert said in preview("m", session.routes[0].request, session.opening)


def test_secrets_can_be_refused_or_ignored():
    key = f"ghp_{A[:36]}"
    with pytest.raises(
        UsageError, match=r"^Nothing was sent.*GitHub token in the prompt"
    ) as raised:
        warnings(key, secrets="refuse")
    assert key not in str(raised.value)
    assert warnings(key, secrets="ignore") == []
    with pytest.raises(UsageError, match="warn, refuse or ignore"):
        warnings("Hi", secrets="maybe")


@pytest.mark.parametrize(
    "text",
    ["sk-", "a", "eyJ", "eyJaaaaaaaaaaa.", "a://", "a:b@", "-----BEGIN ", "AKIA", "aws_secret"],
)
def test_looking_through_takes_linear_time(text: str):
    def seconds(size: int) -> float:
        hostile = text * (size // len(text))
        began = time.process_time()
        secrets_in(hostile, {})
        return time.process_time() - began

    assert min(seconds(160_000) for _ in range(2)) < 8 * seconds(40_000) + 0.5


def test_json_of_a_notebook_is_no_key():
    assert warnings(json.dumps({"image/png": A * 100})) == []
