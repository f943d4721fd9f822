"""The beginnings of JSON texts as vercel/ai's fix-json reads them."""

from __future__ import annotations

import json

import pytest

from nbstream.json_text import partial_json
from tests.conformance.vectors import VECTORS

FILE = VECTORS / "partial-json" / "vercel_fix_json.json"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"no {FILE}")


def test_every_beginning_is_the_value_it_is_there() -> None:
    pairs = json.loads(FILE.read_text(encoding="utf-8"))
    assert len(pairs) == 64
    for pair in pairs:
        fixed = pair["fixed"]
        value = json.loads(fixed) if fixed else None
        assert partial_json(pair["input"]) == value, pair["input"]
        # Not only equal: 1 is True.
        assert json.dumps(partial_json(pair["input"])) == json.dumps(value), pair["input"]
