"""Files on the user's disk that others may have a hand in. Only regular files are read, up to a
bound; what is written goes through no link, in place of nothing but what nbstream wrote, and can be
read by its owner alone.

All raise OSError, whose `strerror` is the end of a sentence for a person.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

Place = str | os.PathLike[str]
Recognize = Callable[[BinaryIO], bool]
"""Whether the file, open at its beginning, is one that nbstream wrote."""

_KINDS = (
    (stat.S_ISDIR, os.strerror(errno.EISDIR)),
    (stat.S_ISFIFO, "it is a named pipe and no file"),
    (stat.S_ISSOCK, "it is a socket and no file"),
    (stat.S_ISLNK, "it is a link, and none is followed here; choose another name"),
)
# Absent on Windows, where opening neither waits nor has such links.
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_OTHERS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def open_to_read(path: Place) -> BinaryIO:
    """The regular file at `path`, open; links are followed. Never waits for one that writes."""
    where = expanded(path)
    _check_kind(os.stat(where))  # first: to open a device may do something
    return _opened(where, os.O_RDONLY | _NO_WAIT)


def read_text(path: Place, most_bytes: int) -> str:
    """The UTF-8 text of a regular file. Raises UnicodeDecodeError too."""
    with open_to_read(path) as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise too_large(most_bytes)
    return data.decode("utf-8")


def check_writable(path: Place, is_ours: Recognize, what: str) -> None:
    """Raises what `open_to_write` would raise; nothing is made or changed."""
    where = expanded(path)
    if os.path.islink(where):  # one into nowhere is that first
        os.stat(os.path.dirname(os.path.realpath(where)))
    try:
        _check_kind(os.lstat(where))
    except FileNotFoundError:
        where = os.path.dirname(where) or "."
        os.stat(where)
    else:
        with _opened(where, os.O_RDONLY | _NO_WAIT | _NO_LINK) as file:
            _check_ours(file, is_ours, what)
    if not os.access(where, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def open_to_write(path: Place, is_ours: Recognize, what: str) -> BinaryIO:
    """The file at `path`, open and empty, in place of `what` nbstream wrote there before."""
    where = expanded(path)
    with suppress(FileNotFoundError):
        _check_kind(os.lstat(where))
    # What is looked at is what is then written, whoever changes the folder meanwhile.
    file = _opened(where, os.O_RDWR | os.O_CREAT | _NO_WAIT | _NO_LINK)
    try:
        _check_ours(file, is_ours, what)
        file.seek(0)
        file.truncate()
        if hasattr(os, "fchmod"):
            with suppress(PermissionError):  # it is somebody else's, who lets us write
                os.fchmod(file.fileno(), 0o600)
    except BaseException:
        file.close()
        raise
    return file


def replace_text(path: Place, text: str, is_ours: Recognize, what: str) -> None:
    """Write the text at once or not at all, in place of `what` nbstream wrote there before."""
    check_writable(path, is_ours, what)
    where = expanded(path)
    number, new = tempfile.mkstemp(prefix=".nbstream-", dir=os.path.dirname(where) or ".")
    try:
        with open(number, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(number)
        os.replace(new, where)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise


def expanded(path: Place) -> str:
    """The path with its `~`."""
    try:
        where = os.fspath(Path(path).expanduser())
        os.fsencode(where)
    except RuntimeError as error:  # nobody has this ~name
        raise OSError(errno.EINVAL, str(error).rstrip(".")) from None
    except ValueError:
        raise OSError(errno.EINVAL, "no file can have that name") from None
    if "\0" in where:
        raise OSError(errno.EINVAL, "no file can have that name")
    return where


def too_large(most_bytes: int) -> OSError:
    """What is wrong with a file of more than these."""
    return OSError(errno.EFBIG, f"it is larger than {most_bytes // 1_000_000} MB")


def _opened(where: str, flags: int) -> BinaryIO:
    number = os.open(where, flags | _OTHERS, 0o600)
    try:
        _check_kind(os.fstat(number))
        return open(number, "r+b" if flags & os.O_RDWR else "rb")
    except BaseException:
        os.close(number)
        raise


def _check_kind(found: os.stat_result) -> None:
    if stat.S_ISREG(found.st_mode):
        return
    whys = (why for is_kind, why in _KINDS if is_kind(found.st_mode))
    raise OSError(errno.EINVAL, next(whys, "it is a device and no file"))


def _check_ours(file: BinaryIO, is_ours: Recognize, what: str) -> None:
    found = os.fstat(file.fileno())
    if found.st_nlink > 1:
        raise OSError(errno.EEXIST, "it is a link to another file; choose another name")
    if found.st_size and not is_ours(file):
        raise OSError(errno.EEXIST, f"there is a file that is no {what}; choose another name")
