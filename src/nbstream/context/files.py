"""Files and globs as pieces of prompt."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from glob import has_magic
from pathlib import Path
from typing import Any, cast

from ..errors import UsageError
from .images import image_in, of_image
from .pieces import Piece

_MOST_FILES = 100
MOST_BYTES = 20_000_000
"""The largest file that is read."""
_LANGUAGES = {"py": "python", "js": "javascript", "ts": "typescript", "md": "markdown"}


def in_paths(pattern: str) -> list[Piece]:
    """The file, or the files that match, in order of their names; none where there is none. Those
    that match through a link out of the glob's folder are left out: the first piece has a notice.
    Raises UsageError for what cannot be read."""
    path = Path(pattern).expanduser()
    try:
        if path.is_dir():
            raise UsageError(f"it is a folder; name the files in it, for example {pattern}/*.py.")
        if path.exists():
            return [of_file(pattern, path)]
    except (OSError, ValueError):  # no path at all
        return []
    if not has_magic(pattern):
        return []
    files, outside = _matches(path)
    if len(files) > _MOST_FILES:
        raise UsageError(f"{len(files):,} files match; at most {_MOST_FILES} can be attached.")
    if outside and not files:
        raise UsageError(_left_out(outside))
    pieces = [of_file(str(file), file) for file in files]
    if outside:
        pieces[0] = replace(pieces[0], notice=_left_out(outside))
    return pieces


def _matches(pattern: Path) -> tuple[list[Path], list[Path]]:
    """The files that match, and those that lie outside of the folder in which the pattern looks.
    As in a shell, names that begin with a dot match where the pattern has the dot."""
    at = next(place for place, part in enumerate(pattern.parts) if has_magic(part))
    folder, wild = Path(*pattern.parts[:at]), pattern.parts[at:]
    # Unlike the module glob, this follows no linked folders, which may lead in a circle.
    parts = [part if part == "**" else re.sub(r"\*+", "*", part) for part in wild]
    found = folder.glob(str(Path(*parts)) + ("/*" if parts[-1] == "**" else ""))
    hidden = any(part.startswith(".") for part in wild)
    files = sorted(
        match
        for match in found
        if match.is_file()
        and (hidden or not any(p.startswith(".") for p in match.relative_to(folder).parts))
    )
    real = folder.resolve()
    inside = [file for file in files if file.resolve().is_relative_to(real)]
    return inside, [file for file in files if file not in inside]


def _left_out(files: Sequence[Path]) -> str:
    names = ", ".join(file.name for file in files[:3])
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return (
        f"{names}{more} left out: a link leads out of the folder."
        " Name the file itself to attach it."
    )


def of_file(name: str, path: Path) -> Piece:
    """One file: its text, a notebook's cells, or a picture. Raises UsageError."""
    try:
        check_size(path.name, path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror}.") from None
    return of_bytes(name, path.name, data)


def check_size(name: str, size: int) -> None:
    """Raises UsageError for a file of more than `MOST_BYTES` bytes."""
    if size > MOST_BYTES:
        raise UsageError(
            f"{name} has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:.0f} can be attached."
        )


def of_bytes(name: str, file: str, data: bytes) -> Piece:
    """The piece `name` of what stands in a file called `file`. Raises UsageError."""
    image = image_in(data)
    if image is not None:
        return of_image(name, "image", image)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"{file} is neither UTF-8 text nor a picture.")
    suffix = Path(file).suffix[1:].lower()
    if suffix == "ipynb":
        return Piece(name, "notebook", _cells(text, file), language="python")
    language = _LANGUAGES.get(suffix, suffix if suffix.isalnum() else "")
    return Piece(name, "file", text, language=language)


def _cells(text: str, name: str) -> str:
    """A notebook's sources without its outputs, in the percent format."""
    try:
        cells = cast(list[dict[str, Any]], json.loads(text)["cells"])
        sources = [
            (str(cell["cell_type"]), "".join(cast(list[str], cell["source"]))) for cell in cells
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(f"{name} is no readable notebook.") from None
    return "\n\n".join(
        f"# %%\n{source}"
        if kind == "code"
        else "\n".join([f"# %% [{kind}]", *(f"# {line}" for line in source.splitlines())])
        for kind, source in sources
    )
