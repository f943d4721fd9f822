"""A stream in a file: the frames as JSON, one a line, in their order, as they came.

A recording whose last frame is no End was cut: the stream or its writer stopped there.
"""

from __future__ import annotations

import json
from codecs import utf_8_decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from . import wire
from .characters import well_formed
from .errors import UsageError
from .events import End, Event, Frame, Start
from .own_files import check_writable, expanded, open_to_read, open_to_write, too_large
from .wire import WireError

MOST_BYTES = 64_000_000
MOST_BYTES_A_LINE = 16_000_000
# What a number in JSON is exact to.
_MOST = 2**53
_FIRST_BYTES = 64_000


class Recorder:
    """A sink that writes to `path`, in place of the recording that was there. The file is opened
    by the first frame and closed by the End, and holds every frame it was given at any time; its
    owner alone can read it. Raises UsageError where it cannot be written, or something else is
    there, when it is made where that can be seen then."""

    def __init__(self, path: str | Path) -> None:
        try:
            self.path = Path(expanded(path))
            check_writable(self.path, _is_recording, "recording")
        except OSError as error:
            _refuse(path, error)
        self._file: BinaryIO | None = None

    async def __call__(self, frame: Frame) -> None:
        try:
            if self._file is None:
                self._file = open_to_write(self.path, _is_recording, "recording")
            line = json.dumps(wire.to_json(frame), ensure_ascii=False, separators=(",", ":"))
            self._file.write(line.encode("utf-8", "backslashreplace") + b"\n")
            # Line by line on disk, so that a kernel that dies leaves what it had.
            self._file.flush()
            if isinstance(frame.event, End):
                file, self._file = self._file, None
                file.close()
        except OSError as error:
            _refuse(self.path, error)

    def close(self) -> None:
        """Close the file, if it is open: for a stream that is given up before its End."""
        file, self._file = self._file, None
        if file is not None:
            # What could not be written was said when it was to be.
            with suppress(OSError):
                file.close()


def _refuse(path: str | Path, error: OSError) -> NoReturn:
    raise UsageError(f"Cannot write the recording {path}: {error.strerror}.") from None


def _is_recording(file: BinaryIO) -> bool:
    """Whether it begins with a start frame, of any version."""
    try:
        first: object = json.loads(file.readline(_FIRST_BYTES))
    except (ValueError, RecursionError):
        return False
    start = cast(dict[str, Any], first) if isinstance(first, dict) else {}
    return start.get("type") == "start" and "version" in start


def check(path: str | Path) -> None:
    """Raises what `read` would raise of its first line."""
    next(_frames(path))


def read(path: str | Path) -> list[Frame]:
    """The recording's frames, at least its Start. Raises UsageError where there is no such file, or
    none that is one, and WireError, with the line, where it is no recording."""
    return list(_frames(path))


def _frames(path: str | Path) -> Iterator[Frame]:
    before: Frame | None = None
    try:
        for number, line in enumerate(_lines(path), start=1):
            try:
                frame = _frame(line, before)
            except UnicodeDecodeError:
                if before is None:
                    raise WireError(f"{path} is no recording: it is not UTF-8 text.") from None
                raise WireError(f"{path}, line {number}: This is not UTF-8 text.") from None
            except WireError as error:
                raise WireError(f"{path}, line {number}: {error}") from None
            yield frame
            before = frame
    except OSError as error:
        raise UsageError(f"Cannot read the recording {path}: {error.strerror}.") from None
    if before is None:
        raise WireError(f"{path} is no recording: it has no whole line.")


def _lines(path: str | Path) -> Iterator[bytes]:
    """Its lines, without a last one that its writer did not finish."""
    count = 0
    with open_to_read(path) as file:
        while line := file.readline(MOST_BYTES_A_LINE + 1):
            count += len(line)
            if count > MOST_BYTES:
                raise too_large(MOST_BYTES)
            if not line.endswith(b"\n") and len(line) <= MOST_BYTES_A_LINE and _is_cut(line):
                return
            yield line


def _is_cut(line: bytes) -> bool:
    """Whether it may be the beginning of a line of JSON."""
    try:
        json.loads(utf_8_decode(line, "strict", False)[0])
    except (UnicodeDecodeError, RecursionError):
        return False
    except ValueError:
        return True
    return False


def _frame(line: bytes, before: Frame | None) -> Frame:
    if len(line) > MOST_BYTES_A_LINE:
        raise WireError(f"This is longer than {MOST_BYTES_A_LINE // 1_000_000} MB.")
    text = line.decode("utf-8")
    try:
        data: object = json.loads(text)
    except ValueError:
        raise WireError("This is not JSON.") from None
    except RecursionError:
        raise WireError("This is JSON that is nested too deeply.") from None
    if not isinstance(data, dict):
        raise WireError("This is no JSON object.")
    seq, at_s, event = wire.from_json(cast(dict[str, Any], data))
    _check_number("seq", seq)
    _check_number("at_s", at_s)
    frame = Frame(seq, at_s, _checked(event))
    if before is None:
        if not isinstance(frame.event, Start):
            raise WireError("A recording begins with a start frame.")
    elif frame.seq <= before.seq:
        raise WireError(f"Frame {frame.seq} stands after frame {before.seq}.")
    elif isinstance(before.event, End):
        raise WireError("Nothing comes after an end frame.")
    return frame


def _checked(event: Event) -> Event:
    """The event with text that can be written. Raises WireError where a number is none that a
    stream has."""
    changed: dict[str, str] = {}
    for field in fields(event):
        value: object = getattr(event, field.name)
        if isinstance(value, str):
            if (text := well_formed(value)) is not value:
                changed[field.name] = text
        elif isinstance(value, int | float):
            _check_number(field.name, value)
    return replace(event, **changed) if changed else event


def _check_number(name: str, value: float) -> None:
    # which NaN is not either
    if not 0 <= value <= _MOST:
        shown = repr(value)
        raise WireError(f"The {name} is {shown[:40]}; it is a number from 0 to 2^53.")
