"""Any value of the notebook as a piece of prompt. No library is imported for it: a value's own
has been."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from ..errors import UsageError
from .arrays import of_array
from .files import of_file
from .images import drawn, image_in, of_image
from .pieces import Piece
from .sources import of_source
from .tables import of_table
from .tracebacks import trimmed

_LONGEST_SEQUENCE = 1000


def of_value(name: str, value: Any, cells: Sequence[str] = ()) -> Piece:
    """The piece that tells most about the value; `cells` are the sources of the notebook's cells.
    Raises UsageError, and whatever the value's own code raises."""
    if isinstance(value, str):
        return Piece(name, "text", value)
    if isinstance(value, Path):
        return of_file(name, value)
    if isinstance(value, BaseException):
        return Piece(name, "error", trimmed(value), language="text", keeps_end=True)
    if isinstance(value, bytes) and (image := image_in(value)) is not None:
        return of_image(name, "image", image)
    table = of_table(name, value)
    if table is not None:
        return table
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray):
        return of_array(name, value)
    if not isinstance(value, type) and (image := drawn(value)) is not None:
        return of_image(name, _type_name(value), image)
    source = of_source(name, value, cells)
    if source is not None:
        return source
    return Piece(name, _type_name(value), _pretty(value), language="text")


def _type_name(value: Any) -> str:
    """``dict``, ``matplotlib Figure``: the type with the library it is from."""
    kind = cast(type[object], type(value))
    home = kind.__module__.partition(".")[0]
    return kind.__name__ if home in {"builtins", "__main__"} else f"{home} {kind.__name__}"


def _pretty(value: Any) -> str:
    from IPython.lib import pretty

    # It is typed only in part.
    pretty_text: Callable[..., str] = vars(pretty)["pretty"]
    try:
        return pretty_text(value, max_width=100, max_seq_length=_LONGEST_SEQUENCE)
    except RecursionError:
        raise UsageError("it cannot be written as text: it holds itself.") from None
