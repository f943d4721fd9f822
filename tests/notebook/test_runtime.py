"""The page's code inside of the package."""

from __future__ import annotations

import gzip
import hashlib

import pytest

from nbstream.errors import NbStreamError
from nbstream.notebook import runtime as page


def test_the_runtime_is_a_module_named_by_its_hash():
    runtime = page.runtime()
    assert b"export" in gzip.decompress(runtime.gzipped)
    assert hashlib.sha256(runtime.gzipped).hexdigest().startswith(runtime.hash)
    assert page.runtime() is runtime


def test_what_draws_math_is_a_module_of_its_own_and_nothing_else_is_handed_out():
    math = page.chunk("math")
    assert math is not None
    assert b"export" in gzip.decompress(math)
    for name in ("runtime", "../runtime", "", "none"):
        assert page.chunk(name) is None


def test_the_runtime_without_math_is_at_most_60_kb():
    assert len(page.runtime().gzipped) <= 60_000, "`npm run sizes` in js/ tells what is in it"


def test_the_stub_is_small():
    assert len(page.stub()) < 4096


def test_a_checkout_without_the_pages_code_says_how_to_build_it():
    with pytest.raises(NbStreamError, match=r"static/nonesuch\.js\): run `make build` once\.$"):
        page._read("nonesuch.js")  # pyright: ignore[reportPrivateUsage]
