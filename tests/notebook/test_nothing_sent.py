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
from PIL import Image

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

    def generate(flags: str, *, model: str = "openai-chat/m", has_address: bool = True) -> str:
        shell.user_ns["answer"] = "kept"
        last, asked = nbstream.last, len(server.requests)
        to = f"--base-url {server.url}/v1" if has_address else ""
        ran = shell.run_cell(f"%%generate {model} -o answer {to} {flags}\nHi")
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


@pytest.mark.parametrize("dry", ["", " --dry-run"])
@pytest.mark.parametrize(
    ("model", "flags", "sentence"),
    [
        ("local/smollm2", "--with picture.png", "local takes no images, and 1 would be sent"),
        ("local", "", "local runs here and takes no base_url"),
        ("openai-chat/m", "--max-chars 0", "max_chars must be a whole number"),
        ("openai-chat/m", "--retries -1", "retries must be a whole number"),
        ("openai-chat/m", "--schema-tries -1", "schema_tries must be a whole number"),
    ],
)
def test_a_dry_run_refuses_what_sending_refuses(
    model: str, flags: str, dry: str, sentence: str, refused: Refused, tmp_path: Path
) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / "picture.png")
    to = not flags.startswith("--with")
    assert refused(f"{flags}{dry}", model=model, has_address=to).startswith(sentence)


def test_a_dry_run_shows_a_schema_that_is_told_in_words(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.user_ns["wanted"] = {"type": "integer", "title": "Wanted"}
    shell.run_cell("%%generate replay/one.ndjson --schema wanted --dry-run\nHi")
    shown = capsys.readouterr().out
    assert "\n── system\nAnswer with one JSON value and nothing else: no prose" in shown
    assert shown.count('{"type": "integer", "title": "Wanted"}') == 1


def test_a_dry_run_names_a_model_that_is_left_out(
    shell: InteractiveShell,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / "picture.png")
    shell.run_cell("%%generate local | replay/one.ndjson --with picture.png --dry-run\nHi")
    shown = capsys.readouterr().out
    assert shown.startswith("Nothing was sent. To replay/one.ndjson would go")
    assert "\n- local takes no images, and 1 would be sent" in shown
    assert "local/smollm2 is left out." in shown


@pytest.mark.parametrize("dry", ["", " --dry-run"])
@pytest.mark.parametrize(
    ("thing", "why"),
    [
        ("folder", "it is a folder; name the files in it, for example folder/*.py."),
        ("into-nowhere", "there is no such variable, file or module."),
        ("many/*.txt", "101 files match; at most 100 can be attached."),
        ("none/*.txt", "no file matches."),
        ("large.txt", "large.txt has 21 MB; at most 20 can be attached."),
        ("some/*.txt", "large.txt has 21 MB; at most 20 can be attached."),
        ("bytes.txt", "bytes.txt is neither UTF-8 text nor a picture."),
    ],
)
def test_a_file_that_cannot_be_attached(
    thing: str, why: str, dry: str, refused: Refused, tmp_path: Path
) -> None:
    for folder in ("folder", "many", "some"):
        (tmp_path / folder).mkdir()
    for number in range(101):
        (tmp_path / "many" / f"{number}.txt").touch()
    for large in (tmp_path / "large.txt", tmp_path / "some" / "large.txt"):
        large.touch()
        os.truncate(large, 20_600_000)
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "into-nowhere").symlink_to(tmp_path / "nowhere.txt")
    assert refused(f"--with {thing}{dry}") == f"--with {thing}: {why}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("thing", ["secret.txt", "secret.*"])
def test_a_file_that_may_not_be_read(thing: str, refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").touch(mode=0o000)
    told = f"--with {thing}: secret.txt cannot be read: Permission denied."
    assert refused(f"--with {thing}") == told
