"""NumPy arrays: shape, type, range and corners."""

from __future__ import annotations

import sys
from typing import Any

from .pieces import Piece

_SHOWN = 200


def of_array(name: str, array: Any) -> Piece:
    """The piece for a NumPy array."""
    numpy: Any = sys.modules["numpy"]
    shape = " × ".join(map(str, array.shape)) or "no dimensions"
    lines = [f"shape {array.shape}, dtype {array.dtype}"]
    if array.size and array.dtype.kind in "iuf":
        finite = array[numpy.isfinite(array)] if array.dtype.kind == "f" else array
        if finite.size:
            lines.append(f"min {finite.min()}, max {finite.max()}, mean {finite.mean():.6g}")
        if finite.size < array.size:
            others = array.size - finite.size
            lines.append(f"{others:,} value{' is' if others == 1 else 's are'} not finite")
    lines.append(numpy.array2string(array, threshold=_SHOWN, edgeitems=4, max_line_width=100))
    return Piece(name, "NumPy array", "\n".join(lines), f"{shape} {array.dtype}", language="text")
