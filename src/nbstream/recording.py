"""A stream in a file: the frames as JSON, one a line, in their order, as they came.

A recording whose last frame is no End was cut: the stream or its writer stopped there.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

from . import wire
from .errors import UsageError
from .events import End, Frame, Start
from .wire import WireError


class Recorder:
    """A sink that writes to `path`, in place of what was there. The file is opened by the first
    frame and closed by the End, and holds every frame it was given at any time. Raises UsageError
    where it cannot be written, when it is made where that can be seen then."""

    def __init__(self, path: str | Path) -> None:
        try:
            self.path = Path(path).expanduser()
            _check_writable(self.path)
        except (OSError, RuntimeError) as error:
            raise UsageError(f"Cannot write the recording {path}: {_why(error)}.") from None
        self._file: TextIO | None = None

    async def __call__(self, frame: Frame) -> None:
        try:
            if self._file is None:
                # Line by line on disk, so that a kernel that dies leaves what it had.
                self._file = self.path.open("w", encoding="utf-8", newline="\n", buffering=1)
            line = json.dumps(wire.to_json(frame), ensure_ascii=False, separators=(",", ":"))
            self._file.write(line + "\n")
            if isinstance(frame.event, End):
                file, self._file = self._file, None
                file.close()
        except OSError as error:
            raise UsageError(f"Cannot write the recording {self.path}: {error.strerror}.") from None

    def close(self) -> None:
        """Close the file, if it is open: for a stream that is given up before its End."""
        file, self._file = self._file, None
        if file is not None:
            # What could not be written was said when it was to be.
            with suppress(OSError):
                file.close()


def _check_writable(path: Path) -> None:
    """Raises OSError where a file cannot be opened for writing; nothing is made or changed."""
    place = os.path.realpath(path)  # a link may lead to a file that is not there yet
    try:
        if stat.S_ISDIR(os.stat(place).st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except FileNotFoundError:
        place = os.path.dirname(place)
        os.stat(place)
    if not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def check(path: str | Path) -> None:
    """Raises what `read` would raise of its first line."""
    try:
        with Path(path).expanduser().open(encoding="utf-8") as file:
            first = file.readline()
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, error) from None
    except UnicodeDecodeError:
        raise _no_text(path) from None
    if not first.endswith("\n") and not _is_json(first):
        raise _no_line(path)
    try:
        _frame(first, None)
    except WireError as error:
        raise WireError(f"{path}, line 1: {error}") from None


def read(path: str | Path) -> list[Frame]:
    """The recording's frames, at least its Start. Raises UsageError where there is no such file
    and WireError, with the line, where it is no recording."""
    try:
        path = Path(path).expanduser()
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, RuntimeError) as error:
        raise _unreadable(path, error) from None
    except UnicodeDecodeError:
        raise _no_text(path) from None
    if not _is_json(lines[-1]):
        lines.pop()  # nothing after the last line end, or a line its writer did not finish
    frames: list[Frame] = []
    for number, line in enumerate(lines, start=1):
        try:
            frames.append(_frame(line, frames[-1] if frames else None))
        except WireError as error:
            raise WireError(f"{path}, line {number}: {error}") from None
    if not frames:
        raise _no_line(path)
    return frames


def _unreadable(path: str | Path, error: OSError | RuntimeError) -> UsageError:
    return UsageError(f"Cannot read the recording {path}: {_why(error)}.")


def _why(error: OSError | RuntimeError) -> str | None:
    """What is wrong with a path; a RuntimeError says that nobody has this ~name."""
    return error.strerror if isinstance(error, OSError) else str(error).rstrip(".")


def _no_text(path: str | Path) -> WireError:
    return WireError(f"{path} is no recording: it is not UTF-8 text.")


def _no_line(path: str | Path) -> WireError:
    return WireError(f"{path} is no recording: it has no whole line.")


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _frame(line: str, before: Frame | None) -> Frame:
    try:
        data: object = json.loads(line)
    except ValueError:
        raise WireError("This is not JSON.") from None
    if not isinstance(data, dict):
        raise WireError("This is no JSON object.")
    frame = wire.from_json(cast(dict[str, Any], data))
    if before is None:
        if not isinstance(frame.event, Start):
            raise WireError("A recording begins with a start frame.")
    elif frame.seq <= before.seq:
        raise WireError(f"Frame {frame.seq} stands after frame {before.seq}.")
    elif isinstance(before.event, End):
        raise WireError("Nothing comes after an end frame.")
    return frame
