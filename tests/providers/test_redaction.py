"""A provider's words, made fit to be shown."""

from __future__ import annotations

import pytest

from nbstream.providers.address import is_loopback
from nbstream.providers.redaction import origin, shown

KEY = "xyz-12ab34cd56ef78-end"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("All is well.", "All is well."),
        ("two\nlines\t\x1b[31m and  more ", "two lines [31m and more"),
        (f"the key {KEY}!", "the key [key]!"),
        ("got xyz-12********78-end here", "got [key] here"),
        ("Bearer abcdef and sk-proj-123abc", "[key] and [key]"),
        ("AIzaSyA1234567890", "[key]"),
        ("see https://me:pw@a.example:8/b/c?key=1#x.", "see https://a.example:8/b/c"),
        ("model claude-sonnet-5-5-20261001 is busy", "model claude-sonnet-5-5-20261001 is busy"),
        ("token limit of 4096 tokens", "token limit of 4096 tokens"),
        ("0123456789abcdef0123456789abcdef0123456789", "[key]"),
    ],
)
def test_one_line_without_keys_and_queries(text: str, expected: str) -> None:
    assert shown(text, KEY) == expected


def test_long_words_are_cut() -> None:
    line = shown("word " * 1000)
    assert len(line) <= 240
    assert line.endswith("…")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:pw@host.example:8443/v1?key=x", "https://host.example:8443"),
        ("http://[::1]:80/v1", "http://[::1]:80"),
        ("http://host:port/v1", "the given address"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:1/v1", True),
        ("http://127.8.0.1/v1", True),
        ("http://[::1]:1/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://localhost.example", False),
    ],
)
def test_this_machine_is_known_by_its_names(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


@pytest.mark.parametrize("number", range(1000, 1030))
def test_a_key_that_the_cut_of_a_long_text_falls_into_is_not_shown(number: int) -> None:
    for before in (" " * 3000 + "a " * (number // 2), "b" * 100 + "  " * (number + 900)):
        assert "xyz" not in shown(f"{before} {KEY} and {KEY}" * 3, KEY)


def test_words_of_other_scripts_are_no_keys_however_long() -> None:
    assert "[key]" not in shown("漢字" * 30 + "1")
