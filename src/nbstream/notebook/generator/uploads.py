"""Files that come from the page in pieces, and what becomes of them in a prompt."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ...context.files import check_size, of_bytes
from ...context.pieces import Piece
from ...errors import UsageError

MOST_FILES = 20
MOST_BYTES_TOGETHER = 40_000_000
UNFINISHED_S = 600.0
"""An upload that is not whole by then is let go."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Upload:
    """A file on its way: `data` so far of `size` bytes; `piece` once it is whole."""

    id: str
    name: str
    size: int
    began_at: float = 0.0
    data: bytearray = field(default_factory=bytearray)
    piece: Piece | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "size": self.size,
            "kind": "" if self.piece is None else self.piece.kind,
        }


class Uploads:
    """What is attached to the next prompt, in order. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._uploads: dict[str, Upload] = {}
        self._clock = clock

    @property
    def whole(self) -> tuple[Upload, ...]:
        return tuple(upload for upload in self._uploads.values() if upload.piece is not None)

    @property
    def arriving(self) -> tuple[Upload, ...]:
        self.expire()
        return tuple(upload for upload in tuple(self._uploads.values()) if upload.piece is None)

    def expire(self) -> None:
        """Let those go that take too long."""
        late = self._clock() - UNFINISHED_S
        for upload in tuple(self._uploads.values()):
            if upload.piece is None and upload.began_at <= late:
                self._uploads.pop(upload.id, None)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(upload.piece for upload in self._uploads.values() if upload.piece is not None)

    def take(self, id: str, name: str, size: int, offset: int, data: bytes) -> Upload:
        """More of a file, from `offset` on. Raises UsageError, and then it is not attached."""
        self.expire()
        try:
            upload = self._uploads.get(id)
            if upload is None:
                upload = self._begin(id, name, size)
            if (
                upload.piece is not None
                or offset != len(upload.data)
                or offset + len(data) > upload.size
            ):
                raise UsageError(f"{name} did not arrive whole; attach it again.")
            upload.data += data
            if len(upload.data) == upload.size:
                upload.piece = of_bytes(name, name, bytes(upload.data))
                upload.data = bytearray()
        except UsageError:
            self._uploads.pop(id, None)
            raise
        except Exception as error:  # whatever a reader stumbles over
            self._uploads.pop(id, None)
            _log.debug("An upload could not be read.", exc_info=error)
            raise UsageError(f"{name} cannot be read; it may be broken.") from None
        return upload

    def add(self, id: str, piece: Piece) -> None:
        """Attach what is here already. Raises UsageError."""
        self._check_count()
        size = len(piece.image.data) if piece.image is not None else len(piece.text)
        self._uploads[id] = Upload(id, piece.name, size, piece=piece)

    def drop(self, id: str) -> None:
        """Take one away; one that is not there is no mistake."""
        self._uploads.pop(id, None)

    def clear(self) -> None:
        """Take away those that are whole: the others may still arrive."""
        self._uploads = {upload.id: upload for upload in self.arriving}

    def _begin(self, id: str, name: str, size: int) -> Upload:
        self._check_count()
        if size < 0:
            raise UsageError(f"{name} has no size: attach it again.")
        check_size(name, size)
        if size + sum(each.size for each in self._uploads.values()) > MOST_BYTES_TOGETHER:
            most = f"{MOST_BYTES_TOGETHER / 1e6:.0f} MB"
            raise UsageError(f"{name} is too much: at most {most} can be attached together.")
        self._uploads[id] = upload = Upload(id, name, size, self._clock())
        return upload

    def _check_count(self) -> None:
        if len(self._uploads) >= MOST_FILES:
            raise UsageError(f"At most {MOST_FILES} files can be attached to one prompt.")
