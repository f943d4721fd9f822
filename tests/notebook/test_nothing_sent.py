"""A mistake that can be seen before anything is sent: one sentence, and all is left as it was."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

import nbstream
from nbstream import api, wire
from nbstream.events import Frame, Start
from nbstream.notebook.prompt import dry_run
from tests.loopback import Answer, LoopbackThread, Received
from tests.shells import new_shell
from tests.speaking import framed


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackThread]:
    def answer(request: Received) -> Answer:
        before, spoken, after = framed(request.path, ['{"age": 3}'])
        return Answer([before, *spoken, after])

    with LoopbackThread(script=answer) as server:
        yield server


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    monkeypatch.chdir(tmp_path)
    return new_shell(tmp_path)


def record(path: Path) -> None:
    """A recording of nothing but a beginning."""
    path.write_text(json.dumps(wire.to_json(Frame(0, 0.0, Start("replay/m", 0.0)))) + "\n")


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
        ("openai-chat/m", "--max-seconds 0", "max_seconds must be a number of more than 0, not 0"),
        ("openai-chat/m", "--max-idle-seconds 0", "max_idle_seconds must be a number of more than"),
        ("openai/m", "--stop END", "openai takes no stop; leave it out, or ask openai-chat/m."),
        ("anthropic/m", "--seed 3", "anthropic takes no seed; leave it out."),
        ("openai-chat/m", "--record ''", "--record needs the name of a file, not ''."),
        ("openai-chat/m", "--with ''", "--with needs a variable, a file or a module, not ''."),
    ],
)
def test_a_dry_run_refuses_what_sending_refuses(
    model: str, flags: str, dry: str, sentence: str, refused: Refused, tmp_path: Path
) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / "picture.png")
    to = "picture" not in flags
    assert refused(f"{flags}{dry}", model=model, has_address=to).startswith(sentence)


@pytest.mark.parametrize("name", ["/dev/zero", "~there-is-nobody/x.json", "x" * 5_000, "folder"])
def test_a_schema_that_is_no_file(name: str, refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    sentence = refused(f"--schema {name}")
    assert "there is no such variable and no such file" in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize("dry", ["", " --dry-run"])
@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("local/nonesuch", "There is no embedded model 'nonesuch'; there are smollm2"),
        ("local", "The embedded model smollm2 is not on this machine yet: run `nbstream pull"),
        ("replay/none.ndjson", "Cannot read the recording none.ndjson: No such file or directory."),
        ("replay/folder", "Cannot read the recording folder: Is a directory."),
        ("replay//dev/zero", "Cannot read the recording /dev/zero: it is a device and no file."),
        ("replay/empty.ndjson", "empty.ndjson is no recording: it has no whole line."),
        ("replay/other.ndjson", "other.ndjson, line 1: Unknown frame type None"),
        ("replay/bytes.ndjson", "bytes.ndjson is no recording: it is not UTF-8 text."),
    ],
)
def test_a_model_that_is_not_here(
    model: str,
    sentence: str,
    dry: str,
    refused: Refused,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.ndjson").touch()
    (tmp_path / "other.ndjson").write_text('{"a": 1}\n')
    (tmp_path / "bytes.ndjson").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("NBSTREAM_CACHE", str(tmp_path))
    assert refused(dry, model=model, has_address=False).startswith(sentence)


def test_a_dry_run_shows_a_schema_that_is_told_in_words(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(tmp_path / "one.ndjson")
    shell.user_ns["wanted"] = {"type": "integer", "title": "Wanted"}
    shell.run_cell("%%generate replay/one.ndjson --schema wanted --dry-run\nHi")
    shown = capsys.readouterr().out
    assert "\n── system\nAnswer with one JSON value and nothing else: no prose" in shown
    assert shown.count('{"type": "integer", "title": "Wanted"}') == 1


OWN = {
    "openai": "http://api.openai.com/v1",
    "openai-chat": "http://api.openai.com/v1",
    "anthropic": "http://api.anthropic.com",
    "google": "http://generativelanguage.googleapis.com",
}


@pytest.mark.parametrize("is_own", [True, False], ids=["own", "another"])
@pytest.mark.parametrize("provider", [*OWN, "deepseek"])
async def test_a_dry_run_shows_what_the_server_gets(
    provider: str, is_own: bool, server: LoopbackThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("HTTP_PROXY", server.url)  # the providers' own addresses lead there too
    session = api.prepare(
        "How old?",
        model=f"{provider}/m",
        base_url=OWN.get(provider, "http://api.deepseek.com") if is_own else f"{server.url}/v1",
        api_key="none",
        schema={"type": "object", "properties": {"age": {"type": "integer"}}, "title": "Age"},
        system="Be brief.",
    )
    shown = dict(part.partition("\n")[::2] for part in dry_run(session).split("\n\n── ")[1:])
    assert (await api.whole(session)).value == {"age": 3}
    body = server.requests[-1].body
    assert shown["system"] == system_of(body)
    has_mode = any(name in json.dumps(body) for name in ('"json_schema"', '"responseJsonSchema"'))
    assert ("schema Age" in shown) == has_mode
    assert "JSON Schema" not in shown["system"] or provider == "deepseek" or not is_own


def system_of(body: dict[str, Any]) -> str:
    """The system prompt, wherever the API has it."""
    if "systemInstruction" in body:
        return body["systemInstruction"]["parts"][0]["text"]
    if "messages" in body and "system" not in body:
        return body["messages"][0]["content"]
    return body.get("system") or body["instructions"]


def test_a_dry_run_names_a_model_that_is_left_out(
    shell: InteractiveShell,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / "picture.png")
    record(tmp_path / "one.ndjson")
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
