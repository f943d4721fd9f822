"""The page's code inside of the package."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pytest

from nbstream.errors import NbStreamError
from nbstream.notebook import runtime as page


def test_the_runtime_is_a_module_named_by_its_hash():
    runtime = page.runtime()
    assert b"export" in gzip.decompress(runtime.gzipped)
    assert hashlib.sha256(runtime.gzipped).hexdigest().startswith(runtime.hash)
    assert page.runtime() is runtime


def test_a_page_that_was_built_anew_is_handed_out_without_a_new_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    static = tmp_path / "static"
    static.mkdir()
    monkeypatch.setattr(page, "files", lambda _package: tmp_path)
    (static / "runtime.js.gz").write_bytes(gzip.compress(b"export const word = 1;"))
    before = page.runtime()
    (static / "runtime.js.gz").write_bytes(gzip.compress(b"export const word = 22;"))
    os.utime(static / "runtime.js.gz", ns=(1, 1))  # however coarse the file system's clock is
    assert b"word = 22" in gzip.decompress(page.runtime().gzipped)
    assert page.runtime().hash != before.hash


def test_what_draws_math_is_a_module_of_its_own_and_nothing_else_is_handed_out():
    math = page.chunk("math")
    assert math is not None
    assert b"export" in gzip.decompress(math)
    for name in ("runtime", "../runtime", "", "none"):
        assert page.chunk(name) is None


def test_the_runtime_without_math_is_at_most_90_kb():
    assert len(page.runtime().gzipped) <= 90_000, "`npm run sizes` in js/ tells what is in it"


def test_the_stub_is_small():
    assert len(page.stub()) < 4096


def test_a_checkout_without_the_pages_code_says_how_to_build_it():
    with pytest.raises(NbStreamError, match=r"static/nonesuch\.js\): run `make build` once\.$"):
        page._read("nonesuch.js")  # pyright: ignore[reportPrivateUsage]
