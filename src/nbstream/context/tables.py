"""DataFrames and Series: schema, summary and the first rows, the most telling first, so that a
small budget cuts the rows.

pandas and polars speak for themselves. Any other table is read through Arrow's C stream where
polars is loaded, else its schema is told by the older interchange protocol (`__dataframe__`).
"""

from __future__ import annotations

import sys
from typing import Any

from .pieces import Piece

_HEAD = 8
_MOST_COLUMNS = 200
_WIDE = 30
"""Columns in the summary and the first rows."""
_MOST_VALUES = 2_000_000
"""A summary of more is of the first rows only."""
_LONGEST_VALUE = 80


def of_table(name: str, value: Any) -> Piece | None:
    """The piece for a table; None for anything else."""
    pandas, polars = (sys.modules.get(library) for library in ("pandas", "polars"))
    if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series):
        text = _pandas(value if isinstance(value, pandas.DataFrame) else value.to_frame())
    elif polars is not None and isinstance(value, polars.DataFrame | polars.Series):
        text = _polars(value if isinstance(value, polars.DataFrame) else value.to_frame(), polars)
    elif polars is not None and isinstance(value, polars.LazyFrame):
        schema = value.collect_schema()
        text = _columns([f"{column}: {kind}" for column, kind in schema.items()])
        return Piece(name, "polars LazyFrame", text, _count(len(schema), "column"), language="text")
    elif isinstance(value, type):
        return None
    elif polars is not None and _is_arrow_table(value):
        frame = polars.DataFrame(value)
        text, facts = _polars(frame, polars), _facts(frame.shape)
        return Piece(name, f"table ({type(value).__name__})", text, facts, language="text")
    elif hasattr(value, "__dataframe__"):
        return _other(name, value)
    else:
        return None
    library = "pandas" if pandas is not None and _is_from(value, "pandas") else "polars"
    kind = f"{library} {_kind(value)}"
    return Piece(name, kind, text, _facts(value.shape), language="text")


def _facts(shape: tuple[int, ...]) -> str:
    return " and ".join(_count(n, unit) for n, unit in zip(shape, ("row", "column"), strict=False))


def _is_arrow_table(value: Any) -> bool:
    """Not a stream, which reading would use up."""
    return hasattr(value, "__arrow_c_stream__") and hasattr(value, "column_names")


def _kind(value: Any) -> str:
    return next(
        kind.__name__ for kind in type(value).__mro__ if kind.__name__ in {"DataFrame", "Series"}
    )


def _is_from(value: Any, library: str) -> bool:
    return any(kind.__module__.partition(".")[0] == library for kind in type(value).__mro__)


def _pandas(frame: Any) -> str:
    kinds = [
        f"{column}: {kind}{_missing(frame.iloc[:, at].isna().sum(), len(frame))}"
        for at, (column, kind) in enumerate(zip(frame.columns, frame.dtypes, strict=True))
        if at < _MOST_COLUMNS
    ]
    parts = [_columns(kinds, len(frame.columns))]
    index = frame.index
    if type(index).__name__ != "RangeIndex":
        parts.append(f"index: {getattr(index, 'names', [index.name])} {index.dtype}")
    some, note = _sample(frame, frame.size, len(frame.columns))
    narrow = some.iloc[:, :_WIDE]
    numbers = narrow.select_dtypes("number")
    if len(numbers.columns) and len(numbers):
        summary = numbers.describe().to_string(float_format="{:.6g}".format)
        parts.append(f"summary{note}:\n{summary}")
    head = frame.iloc[:_HEAD, :_WIDE].to_string(max_colwidth=_LONGEST_VALUE)
    parts.append(f"first {_count(min(_HEAD, len(frame)), 'row')}:\n{head}")
    return "\n\n".join(parts)


def _polars(frame: Any, polars: Any) -> str:
    missing = frame.null_count().row(0) if frame.width else ()
    kinds = [
        f"{column}: {kind}{_missing(count, frame.height)}"
        for (column, kind), count in zip(frame.schema.items(), missing, strict=True)
    ]
    parts = [_columns(kinds[:_MOST_COLUMNS], frame.width)]
    some, note = _sample(frame, frame.height * frame.width, frame.width)
    narrow = some.select(some.columns[:_WIDE])
    numbers = narrow.select(polars.selectors.numeric())
    settings = polars.Config(
        tbl_rows=2 * _HEAD,
        tbl_cols=_WIDE,
        tbl_width_chars=10_000,
        fmt_str_lengths=_LONGEST_VALUE,
        tbl_formatting="ASCII_MARKDOWN",
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
    )
    with settings:
        if numbers.width and numbers.height:
            parts.append(f"summary{note}:\n{numbers.describe()}")
        head = frame.head(_HEAD).select(frame.columns[:_WIDE])
        parts.append(f"first {_count(head.height, 'row')}:\n{head}")
    return "\n\n".join(parts)


def _other(name: str, value: Any) -> Piece:
    table = value.__dataframe__()
    columns = list(table.column_names())
    kinds = [
        f"{column}: {_interchange_type(table.get_column_by_name(column).dtype)}"
        for column in columns[:_MOST_COLUMNS]
    ]
    rows = table.num_rows()
    facts = _count(len(columns), "column")
    if rows is not None:
        facts = f"{_count(rows, 'row')} and {facts}"
    text = f"{_columns(kinds, len(columns))}\n\n{value}"
    return Piece(name, f"table ({type(value).__name__})", text, facts, language="text")


def _interchange_type(dtype: Any) -> str:
    """``int64`` for the protocol's (kind, bits, …)."""
    kind = str(getattr(dtype[0], "name", dtype[0])).lower()
    return f"{kind}{dtype[1]}" if kind in {"int", "uint", "float"} else kind


def _columns(kinds: list[str], count: int | None = None) -> str:
    more = (count or len(kinds)) - len(kinds)
    lines = [f"  {kind}" for kind in kinds] + ([f"  … and {more:,} more"] if more > 0 else [])
    return "\n".join(["columns:", *lines])


def _missing(count: int, rows: int) -> str:
    return f", {count:,} of {rows:,} missing" if count else ""


def _sample(frame: Any, values: int, columns: int) -> tuple[Any, str]:
    if values <= _MOST_VALUES:
        return frame, ""
    rows = max(1, _MOST_VALUES // max(1, columns))
    return frame.head(rows), f" of the first {rows:,} rows"


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"
