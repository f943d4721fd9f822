"""`%generate key` in a real kernel: the key is asked for where it is not seen, sent to its
provider, and in nothing that the kernel says, keeps or hands to its children."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from tests.kernels import KERNELS, running_kernel
from tests.loopback import Answer, LoopbackThread, Received
from tests.speaking import framed

KEY = "sk-canary-typed-7f3a9b21c4d5"
TIMEOUT_S = 60

KEYRING = '''
from keyring.backend import KeyringBackend


class Keyring(KeyringBackend):
    """A system's keyring, in a dictionary."""

    priority = 1
    kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password
'''


class Cells:
    """Runs cells, types at their prompts and remembers all that the kernel said."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.messages: list[dict[str, Any]] = []

    def run(self, code: str, *, typed: str | None = None) -> str:
        """What is printed, or the sentence of the error. Where something is `typed`, the prompt
        must hide it."""
        asked = self.client.execute(code, allow_stdin=typed is not None)
        if typed is not None:
            prompt = self.client.get_stdin_msg(timeout=TIMEOUT_S)
            assert prompt["msg_type"] == "input_request"
            assert prompt["content"]["password"] is True
            self.messages.append(prompt)
            self.client.input(typed)
        texts: list[str] = []
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT_S)
            self.messages.append(message)
            if message["parent_header"].get("msg_id") != asked:
                continue
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    texts.append(content["text"])
                case "error":
                    texts.append("\n".join(content["traceback"]))
                case "status" if content["execution_state"] == "idle":
                    break
                case _:
                    pass
        self.messages.append(self.client.get_shell_msg(timeout=TIMEOUT_S))
        return "".join(texts)


@pytest.fixture(params=KERNELS)
def cells(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cells]:
    (tmp_path / "own_keyring.py").write_text(KEYRING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "own_keyring.Keyring")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "GROQ_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with running_kernel(request.param, tmp_path) as (_, client):
        cells = Cells(client)
        cells.run("%load_ext nbstream")
        yield cells


def answer(request: Received) -> Answer:
    before, spoken, after = framed(request.path, ["Hello."])
    return Answer([before, *spoken, after])


def test_the_key_that_was_typed_is_sent_and_is_in_nothing_else(
    cells: Cells, tmp_path: Path
) -> None:
    with LoopbackThread(script=answer) as server:
        cells.run(f"%env OPENAI_BASE_URL={server.url}/v1")
        assert "OPENAI_API_KEY is set for this kernel" in cells.run(
            "%generate key openai", typed=KEY
        )
        cells.run("%%generate openai-chat/m -o answer\nHi")
        assert cells.run("print(answer.text)") == "Hello.\n"
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert "OPENAI_API_KEY set (this kernel)" in cells.run("%generate list")
    for look in (
        "print(In, Out, dir())",
        "%history",
        "%env",
        "import os; print(dict(os.environ))",
        "import subprocess, sys; print(subprocess.run([sys.executable, '-c',"
        " 'import os; print(dict(os.environ))'], capture_output=True, text=True).stdout)",
        "from nbstream.providers import key_places; print(vars(key_places))",
        "import gc; print([repr(each)[:200] for each in gc.get_objects()"
        " if type(each).__name__ == 'ApiKey'])",
    ):
        cells.run(look)
    said = json.dumps(cells.messages, default=str)
    assert KEY[10:] not in said
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert KEY[10:].encode() not in path.read_bytes(), path


def test_a_key_for_the_keyring_is_kept_there_and_shown_nowhere(cells: Cells) -> None:
    said = cells.run("%generate key groq --keyring", typed=KEY)
    assert "GROQ_API_KEY is in the system's keyring." in said
    cells.run("from nbstream.providers import key_places; key_places.forget()")
    assert "GROQ_API_KEY set (the keyring)" in cells.run("%generate list")
    assert KEY[10:] not in json.dumps(cells.messages, default=str)


def test_where_nobody_can_type_one_sentence_says_what_works(cells: Cells) -> None:
    said = cells.run("%generate key openai")
    assert "A key cannot be asked for here" in said
    assert "set OPENAI_API_KEY in the environment" in said
    assert "Traceback" not in said
