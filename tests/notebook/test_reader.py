"""What a reader sets goes to their page, or is refused in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from traitlets import TraitError

from nbstream.errors import UsageError
from nbstream.notebook.magic import NbStream
from nbstream.notebook.reader import Reader, image_hosts
from tests.shells import new_shell


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("images.example.org", "images.example.org"),
        ("Images.Example.ORG", "images.example.org"),
        ("*.example.org", "*.example.org"),
        ("example.org:8443", "example.org:8443"),
        ("example.org:443", "example.org"),
        ("localhost", "localhost"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_hosts_are_named_as_the_page_compares_them(name: str, host: str):
    assert image_hosts([name]) == (host,)


@pytest.mark.parametrize(
    "name",
    ["", "*", "*.", "https://example.org", "example.org/", "a b", "a..b", "ex*.org", ".org", 5],
)
def test_what_is_no_host_is_refused_with_an_example(name: Any):
    with pytest.raises(UsageError, match=r"images\.example\.org"):
        image_hosts([name])


def test_a_reader_who_sets_nothing_sends_nothing():
    assert Reader().to_json() == {}
    assert Reader(("example.org",)).to_json() == {"image_hosts": ["example.org"]}
    assert Reader(smooth=False).to_json() == {"smooth": False}


def test_config_takes_hosts_alone(tmp_path: Path):
    magics = NbStream(new_shell(tmp_path, ""))
    magics.image_hosts = ["Example.org"]
    assert magics.image_hosts == ["example.org"]
    with pytest.raises(TraitError, match="by host"):
        magics.image_hosts = ["https://example.org/a.png"]
