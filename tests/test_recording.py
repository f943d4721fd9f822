"""Recordings: what was written is what is read, and what is no recording is told by its line."""

from __future__ import annotations

import json
import os
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
