"""Figures and pictures, with the real libraries."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from PIL import Image as Pillow

from nbstream.context.attach import attach
from nbstream.context.images import image_in
from nbstream.context.pieces import Piece
from nbstream.context.prompt import build
from nbstream.errors import UsageError
from nbstream.events import Attachment

mpl.use("Agg")


@pytest.fixture
def figure() -> Iterator[plt.Figure]:
    figure, axes = plt.subplots(figsize=(4, 3), dpi=100)
    axes.plot([1, 2, 3])
    yield figure
    plt.close(figure)


def one(value: object) -> Piece:
    (piece,) = attach(["thing"], {"thing": value})
    return piece


def encoded(form: str, size: tuple[int, int] = (30, 20), **options: object) -> bytes:
    out = BytesIO()
    Pillow.new("RGB", size, "red").save(out, form, **options)
    return out.getvalue()


def test_a_figure_its_axes_and_its_artists_are_the_drawing(figure: plt.Figure) -> None:
    (axes,) = figure.axes
    for value in (figure, axes, axes.lines[0]):
        piece = one(value)
        assert piece.image is not None
        assert (piece.image.media_type, piece.image.width) == ("image/png", 400)
        assert piece.facts == "400 × 300 pixels"
    assert one(figure).kind == "matplotlib Figure"


@pytest.mark.parametrize("form", ["PNG", "GIF", "JPEG", "WEBP"])
def test_a_picture_that_is_cut_off_is_not_sent(form: str) -> None:
    with pytest.raises(UsageError, match="the picture cannot be read: it is broken or cut off"):
        one(encoded(form)[:16] if form != "GIF" else encoded(form)[:6])


def test_a_picture_with_padding_before_its_frame_header() -> None:
    data = encoded("JPEG")
    padded = data[:2] + b"\xff\xff" + data[2:]
    assert one(padded).facts == one(data).facts == "30 × 20 pixels"


def test_a_large_figure_or_picture_is_made_smaller() -> None:
    large = plt.figure(figsize=(40, 10), dpi=200)
    for value in (large, Pillow.new("CMYK", (4000, 1000))):
        image = one(value).image
        assert image is not None
        assert image.width <= 1568
    plt.close(large)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("GIF", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0"}),
    ],
)
def test_a_files_kind_and_size_are_read_from_its_bytes(
    form: str, options: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "picture.txt"
    path.write_bytes(encoded(form, **options))
    (piece,) = attach([str(path)], {})
    assert piece.image is not None
    assert piece.image.media_type == f"image/{form.lower()}"
    assert (piece.image.width, piece.image.height) == (30, 20)


def test_a_picture_larger_than_providers_take_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(encoded("PNG") + b"\0" * 6_000_000)
    with pytest.raises(UsageError, match=r"the picture has 6\.0 MB; providers take at most 5\.$"):
        attach([str(path)], {})


@pytest.mark.parametrize("length", [0, 3, 8, 12, 16, 20, 24])
@pytest.mark.parametrize("form", ["PNG", "GIF", "JPEG", "WEBP"])
def test_a_torn_picture_is_no_reason_to_fail(form: str, length: int) -> None:
    image_in(encoded(form)[:length])


def test_images_go_beside_the_text_which_names_them(figure: plt.Figure) -> None:
    prompt = build("What?", {}, attach(["fig"], {"fig": figure}), room=100)
    assert prompt.text == (
        "`fig` (matplotlib Figure, 400 × 300 pixels) is attached as an image.\n\nWhat?"
    )
    assert len(prompt.messages[0].images) == 1
    assert prompt.opening == (Attachment("fig", "matplotlib Figure", 0, 160),)
