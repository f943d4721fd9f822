"""The header forms of the SDKs' own tables: what they wait for is what we read.

A table's row says how long its SDK waits. Where it takes the header, we read the same; where it
does not (0.5 s is its own backoff), the header makes no sense or asks for longer than it waits.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from nbstream.providers.retry_after import retry_after_s
from tests.conformance.vectors import VECTORS

FILE = VECTORS / "retry-after" / "vectors.json"
TABLES: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
OWN_BACKOFF_S = 0.5
ROWS = [
    pytest.param(table["now"], header, expected, id=f"{name}-{header or 'none'}")
    for name, table in TABLES.items()
    for remaining, header, expected in table["rows"]
    if remaining == 3
]


@pytest.mark.skipif(not ROWS, reason=f"no {FILE}")
@pytest.mark.parametrize(("now", "header", "expected"), ROWS)
def test_a_header_is_read_as_its_sdk_reads_it(now: float, header: str, expected: float) -> None:
    seconds = retry_after_s({"retry-after": header}, now)
    if expected != OWN_BACKOFF_S:
        assert seconds == expected
    else:
        assert seconds is None or seconds > 60
