"""Recordings: what was written is what is read, and what is no recording is told by its line."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from nbstream import recording, wire
from nbstream.errors import UsageError
from nbstream.events import End, Frame, Start, TextDelta, Usage
from nbstream.recording import Recorder
from nbstream.wire import WireError

FRAMES = [
    Frame(0, 0.0, Start("anthropic/some-model", 1700000000.0)),
    Frame(1, 0.25, TextDelta("Grüße\n\u2028 \x00 \U0001f469")),
    Frame(2, 0.5, Usage(7, 3)),
    Frame(3, 1.0, End("complete", "end_turn")),
]
START = json.dumps(wire.to_json(FRAMES[0]))
TEXT = json.dumps(wire.to_json(FRAMES[1]))
END = json.dumps(wire.to_json(FRAMES[3]))


async def record(path: Path, frames: list[Frame]) -> None:
    recorder = Recorder(path)
    for frame in frames:
        await recorder(frame)
    recorder.close()


async def test_what_was_written_is_read(tmp_path: Path) -> None:
    await record(tmp_path / "one.ndjson", FRAMES)
    assert recording.read(tmp_path / "one.ndjson") == FRAMES


async def test_every_frame_is_there_before_the_stream_ends(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "one.ndjson")
    for number, frame in enumerate(FRAMES, start=1):
        await recorder(frame)
        assert recording.read(tmp_path / "one.ndjson") == FRAMES[:number]


async def test_the_same_path_again_is_the_new_stream(tmp_path: Path) -> None:
    await record(tmp_path / "one.ndjson", FRAMES)
    await record(tmp_path / "one.ndjson", FRAMES[:2])
    assert recording.read(tmp_path / "one.ndjson") == FRAMES[:2]


def test_a_line_its_writer_did_not_finish_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "one.ndjson"
    path.write_text(f"{START}\n{TEXT}\n{END[:20]}")
    assert recording.read(path) == FRAMES[:2]


def test_a_last_line_needs_no_line_end(tmp_path: Path) -> None:
    path = tmp_path / "one.ndjson"
    path.write_text(f"{START}\n{TEXT}\n{END}")
    assert recording.read(path) == [FRAMES[0], FRAMES[1], FRAMES[3]]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([START, "{oops", END], "line 2: This is not JSON"),
        ([START, "", END], "line 2: This is not JSON"),
        ([START, "[]"], "line 2: This is no JSON object"),
        ([START, '{"type": []}'], "line 2: Unknown frame type"),
        ([START, '{"type": "text-delta", "seq": 1}'], "line 2: A text-delta frame"),
        ([START.replace('"version": 1', '"version": 9')], "line 1: The stream is of version 9"),
        ([TEXT], "line 1: A recording begins with a start frame"),
        ([START, TEXT, TEXT], "line 3: Frame 1 stands after frame 1"),
        ([START, END, TEXT.replace('"seq": 1', '"seq": 9')], "line 3: Nothing comes after"),
        ([], "no whole line"),
    ],
)
def test_what_is_no_recording_is_told_by_its_line(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    path = tmp_path / "one.ndjson"
    path.write_text("".join(f"{line}\n" for line in lines))
    with pytest.raises(WireError, match=message) as failed:
        recording.read(path)
    assert str(path) in str(failed.value)


def test_bytes_that_are_no_text_are_no_recording(tmp_path: Path) -> None:
    (tmp_path / "one.ndjson").write_bytes(b"\xff\xfe")
    with pytest.raises(WireError, match="UTF-8"):
        recording.read(tmp_path / "one.ndjson")


@pytest.mark.parametrize("name", ["none.ndjson", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="Cannot read the recording"):
        recording.read(tmp_path / name)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is full")
async def test_a_full_disk_is_told_and_leaves_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    recorder = Recorder("~/one.ndjson")
    for frame in FRAMES[:2]:
        await recorder(frame)
    file = recorder._file  # pyright: ignore[reportPrivateUsage]
    assert file is not None
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        os.dup2(full, file.fileno())
    finally:
        os.close(full)
    for frame in FRAMES[2:]:
        with pytest.raises(UsageError, match=r"Cannot write the recording .*: No space left"):
            await recorder(frame)
    recorder.close()
    assert recording.read(tmp_path / "one.ndjson") == FRAMES[:2]


async def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "one.ndjson"
    with pytest.raises(UsageError, match="Cannot write the recording"):
        Recorder(path)
    path.parent.mkdir()
    recorder = Recorder(path)
    path.parent.rmdir()
    with pytest.raises(UsageError, match="Cannot write the recording"):
        await recorder(FRAMES[0])


def test_a_recorder_that_is_made_changes_no_file(tmp_path: Path) -> None:
    old = tmp_path / "old.ndjson"
    old.write_text(START)
    Recorder(old)
    Recorder(tmp_path / "new.ndjson")
    assert list(tmp_path.iterdir()) == [old]
    assert old.read_text() == START


DEEP = "[" * 50_000 + "]" * 50_000


def frame_with(**values: str) -> str:
    """The JSON of a usage frame with these values, written as they are."""
    known = {"seq": "1", "at_s": "0.1", "type": '"usage"'}
    pairs = (f'"{name}":{value}' for name, value in {**known, **values}.items())
    return "{" + ",".join(pairs) + "}"


@pytest.mark.parametrize(
    "line",
    [
        frame_with(output_tokens="-1"),
        frame_with(output_tokens="1" + "0" * 400),
        frame_with(output_tokens=DEEP),
        frame_with(output_tokens='"7"'),
        frame_with(cost_usd="NaN"),
        frame_with(cost_usd="1e999"),
        frame_with(cost_usd="-Infinity"),
        frame_with(cost_usd="-0.5"),
        frame_with(at_s="NaN"),
        frame_with(at_s="1e999"),
        frame_with(at_s="-3"),
        frame_with(at_s="1" + "0" * 400),
        frame_with(at_s="1" + "0" * 5_000),
        frame_with(at_s='"0.1"'),
        frame_with(seq="NaN"),
        frame_with(seq="1e999"),
        frame_with(seq="1.5"),
        frame_with(seq="-1"),
        frame_with(seq="0"),
        frame_with(seq="1" + "0" * 30),
        frame_with(seq='"1"'),
        frame_with(seq="[]"),
        frame_with(type=DEEP),
        frame_with(type=f'"{"x" * 100_000}"'),
        frame_with(colour=DEEP),
        frame_with(type='"text-delta"', text='"\x00"'),
        frame_with(type='"text-delta"', text='["a"]'),
        frame_with(type='"end"', status="null"),
        DEEP,
        "null",
        "\x00" * 100,
        '{"a":' * 50_000,
    ],
)
def test_a_value_that_no_stream_has_is_one_short_sentence_that_names_the_line(
    tmp_path: Path, line: str
) -> None:
    path = tmp_path / "one.ndjson"
    path.write_text(f"{START}\n{line}\n{END}\n")
    with pytest.raises(WireError) as failed:
        recording.read(path)
    sentence = str(failed.value)
    assert ", line 2: " in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence.removeprefix(str(path))) < 300


def test_a_line_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "one.ndjson"
    path.write_bytes(f"{START}\n".encode() + b'{"text": "\xff"}\n')
    with pytest.raises(WireError, match="line 2: This is not UTF-8 text"):
        recording.read(path)


def test_a_line_without_end_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST_BYTES_A_LINE", 1_000_000)
    path = tmp_path / "one.ndjson"
    path.write_text(f"{START}\n" + '"' + "x" * 3_000_000)
    with pytest.raises(WireError, match="line 2: This is longer than 1 MB"):
        recording.read(path)


def test_a_recording_of_more_than_its_bound_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST_BYTES", 1_000_000)
    path = tmp_path / "one.ndjson"
    texts = "".join(TEXT.replace('"seq": 1', f'"seq": {n}') + "\n" for n in range(1, 20_000))
    path.write_text(f"{START}\n{texts}")
    with pytest.raises(UsageError, match="it is larger than 1 MB"):
        recording.read(path)


def test_half_a_character_is_read_as_one_that_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "one.ndjson"
    path.write_text(START + "\n" + frame_with(type='"text-delta"', text=r'"a\ud800"') + "\n")
    assert recording.read(path)[1].event == TextDelta("a\ufffd")


NO_FILES = ["/dev/zero", "/dev/null", "/dev/stdin", "pipe", "folder", "a\0b", "a\ud800", "x" * 999]


@pytest.mark.parametrize("name", NO_FILES)
def test_what_is_no_file_is_not_read_and_not_waited_for(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for read in (recording.check, recording.read):
        with pytest.raises(UsageError, match=r"^Cannot read the recording [^\n]*\.$"):
            read(f"{tmp_path / name}")


@pytest.mark.parametrize("name", [*NO_FILES, "socket"])
async def test_what_is_no_file_is_not_written(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
        with pytest.raises(UsageError, match=r"^Cannot write the recording [^\n]*\.$"):
            Recorder(tmp_path / name)


OTHERS = ["precious", "{}", "[1, 2]", "\n", '{"type": "text-delta", "version": 1}', DEEP, "\0" * 9]


@pytest.mark.parametrize("before", OTHERS)
async def test_a_file_that_is_no_recording_is_not_overwritten(before: str, tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.write_text(before)
    with pytest.raises(UsageError, match="there is a file that is no recording; choose another"):
        Recorder(path)
    assert path.read_text() == before
    path.unlink()
    recorder = Recorder(path)
    path.write_text(before)  # it comes between
    with pytest.raises(UsageError, match="no recording"):
        await recorder(FRAMES[0])
    assert path.read_text() == before


@pytest.mark.parametrize("to", ["there", "not there"])
async def test_a_recording_goes_through_no_link(to: str, tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    if to == "there":
        await record(target, FRAMES)
    link.symlink_to(target)
    with pytest.raises(UsageError, match="it is a link, and none is followed"):
        Recorder(link)
    link.unlink()
    recorder = Recorder(link)
    link.symlink_to(target)  # it comes between
    with pytest.raises(UsageError, match="Cannot write"):
        await recorder(FRAMES[0])
    assert target.exists() == (to == "there")
    assert to != "there" or recording.read(target) == FRAMES


async def test_a_recording_is_not_written_through_a_hard_link(tmp_path: Path) -> None:
    await record(tmp_path / "target", FRAMES)
    os.link(tmp_path / "target", tmp_path / "link")
    with pytest.raises(UsageError, match="it is a link to another file"):
        Recorder(tmp_path / "link")
    assert recording.read(tmp_path / "target") == FRAMES


@pytest.mark.parametrize("before", ["", f"{START}\n", f"{START}\n{TEXT}"])
async def test_a_recording_and_an_empty_file_are_replaced_and_are_their_owner_s_alone(
    before: str, tmp_path: Path
) -> None:
    path = tmp_path / "one.ndjson"
    path.write_text(before)
    path.chmod(0o644)
    await record(path, FRAMES)
    assert recording.read(path) == FRAMES
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_new_recording_is_its_owner_s_alone(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        await record(tmp_path / "one.ndjson", FRAMES)
    finally:
        os.umask(umask)
    assert (tmp_path / "one.ndjson").stat().st_mode & 0o777 == 0o600


async def test_text_that_is_no_text_is_recorded_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "one.ndjson"
    await record(path, [FRAMES[0], Frame(1, 0.1, End("failed", error="a \udc80"))])
    assert recording.read(path)[1].event == End("failed", error="a \ufffd")
