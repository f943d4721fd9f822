"""Pictures: files, and figures as their libraries draw them."""

from __future__ import annotations

import sys
from base64 import b64decode
from io import BytesIO
from typing import Any, cast

from ..errors import UsageError
from ..request import Image
from .pieces import Piece

_LARGEST = 1568
"""Pixels of the longer side; providers make larger ones smaller themselves."""
MOST_BYTES = 5_000_000
"""What the strictest provider takes."""


def of_image(name: str, kind: str, image: Image) -> Piece:
    """The piece for a picture. Raises UsageError for one that no provider takes."""
    if not (image.width and image.height):
        raise UsageError("the picture cannot be read: it is broken or cut off.")
    if len(image.data) > MOST_BYTES:
        raise UsageError(
            f"the picture has {len(image.data) / 1e6:.1f} MB; providers take at most"
            f" {MOST_BYTES / 1e6:.0f}."
        )
    return Piece(name, kind, facts=f"{image.width} × {image.height} pixels", image=image)


def image_in(data: bytes) -> Image | None:
    """The PNG, JPEG, GIF or WebP that the bytes are; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _of("image/png", data, data[16:20], data[20:24], "big")
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return _of("image/gif", data, data[6:8], data[8:10], "little")
    if data[:3] == b"\xff\xd8\xff":
        return Image(data, "image/jpeg", *_jpeg_size(data))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Image(data, "image/webp", *_webp_size(data))
    return None


def drawn(value: Any) -> Image | None:
    """The figure or picture that the value is, as PNG; None for anything else."""
    matplotlib = sys.modules.get("matplotlib.figure")
    if matplotlib is not None:
        figure = getattr(value, "figure", None)
        if isinstance(value, matplotlib.Figure):
            return _figure(value)
        if isinstance(figure, matplotlib.Figure) and type(value).__module__.startswith("mat"):
            return _figure(figure)
    pillow = sys.modules.get("PIL.Image")
    if pillow is not None and isinstance(value, pillow.Image):
        return _picture(value)
    draw = getattr(value, "_repr_png_", None)
    # A formula says more as text.
    is_picture = callable(draw) and not type(value).__module__.startswith("sympy")
    png: Any = draw() if callable(draw) and is_picture else None
    if isinstance(png, tuple):
        png = cast(tuple[Any, ...], png)[0]  # with metadata
    data: Any = b64decode(png) if isinstance(png, str) else png
    return image_in(data) if isinstance(data, bytes) else None


def _figure(figure: Any) -> Image | None:
    inches = max(figure.get_size_inches())
    out = BytesIO()
    figure.savefig(out, format="png", dpi=min(figure.dpi, _LARGEST / inches))
    return image_in(out.getvalue())


def _picture(picture: Any) -> Image | None:
    if max(picture.size) > _LARGEST:
        picture = picture.copy()
        picture.thumbnail((_LARGEST, _LARGEST))
    if picture.mode not in {"1", "L", "LA", "P", "RGB", "RGBA"}:
        picture = picture.convert("RGB")
    out = BytesIO()
    picture.save(out, format="PNG")
    return image_in(out.getvalue())


def _of(media_type: str, data: bytes, width: bytes, height: bytes, order: Any) -> Image:
    return Image(data, media_type, int.from_bytes(width, order), int.from_bytes(height, order))


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height in the frame header (ITU T.81, B.2.2); 0 where there is none."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0, 0


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height by the kind of the first chunk (RFC 9649); 0 where it is another."""
    kind = data[12:16]
    if kind == b"VP8X":
        return tuple(1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))  # type: ignore[return-value]
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        return tuple(int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))  # type: ignore[return-value]
    return 0, 0
