"""A mistake that can be seen before anything is sent: one sentence, and all is left as it was."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import nbstream
from tests.loopback import Answer, LoopbackThread, Received
from tests.shells import new_shell
from tests.speaking import chat_chunks


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackThread]:
    def answer(_request: Received) -> Answer:
        before, spoken, after = chat_chunks(["Hello"])
        return Answer([before, *spoken, after])

    with LoopbackThread(script=answer) as server:
        yield server


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    monkeypatch.chdir(tmp_path)
    return new_shell(tmp_path)


Refused = Callable[..., str]


@pytest.fixture
def refused(shell: InteractiveShell, server: LoopbackThread) -> Refused:
    """The sentence that a cell with these flags is refused with."""

    def generate(flags: str, prompt: str = "Hi", *, model: str = "openai-chat/m") -> str:
        shell.user_ns["answer"] = "kept"
        last, asked = nbstream.last, len(server.requests)
        to = f"--base-url {server.url}/v1 --retries 0 -o answer"
        ran = shell.run_cell(f"%%generate {model} {to} {flags}\n{prompt}")
        told = str(ran.error_in_exec or ran.error_before_exec or "")
        assert told.endswith(".")
        assert "\n" not in told
        assert len(server.requests) == asked
        assert (shell.user_ns["answer"], nbstream.last) == ("kept", last)
        return told

    return generate


@pytest.mark.parametrize("dry", ["", " --dry-run"])
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nowhere/one.ndjson", "No such file or directory"),
        ("folder", "Is a directory"),
        ("file/one.ndjson", "Not a directory"),
        ("into-nowhere", "No such file or directory"),
        ("~there-is-nobody-of-this-name/one.ndjson", "Could not determine home directory"),
    ],
)
def test_a_recording_that_cannot_be_written(
    path: str, why: str, dry: str, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "into-nowhere").symlink_to(tmp_path / "nowhere" / "one.ndjson")
    assert refused(f"--record {path}{dry}") == f"Cannot write the recording {path}: {why}."


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_recording_in_a_folder_that_is_write_protected(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir(mode=0o500)
    assert refused("--record folder/one.ndjson").endswith(": Permission denied.")
