"""What the page about providers says is so."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import nbstream
from nbstream import providers
from nbstream.providers.presets import PRESETS

PAGE = (Path(__file__).parents[2] / "docs" / "providers.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found.group(1)


async def test_the_provider_of_ones_own_works_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "echoing.py").write_text(block("python"))
    group, entry = block("toml").strip().splitlines()
    name = re.fullmatch(r'\[project\.entry-points\."(.*)"\]', group)
    assert name is not None
    info = tmp_path / "echoing-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: echoing\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{name.group(1)}]\n{entry.replace(chr(34), '')}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        answer = await nbstream.generate("one two three", model="echo/loud", max_tokens=2)
        assert (answer.text, answer.status) == ("one two ", "complete")
        assert (answer.stop_reason, answer.usage.input_tokens) == ("end", 3)
        assert await nbstream.models("echo") == ["loud", "quiet"]
    finally:
        sys.modules.pop("echoing", None)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_in_the_table_as_it_is(name: str) -> None:
    row = re.search(rf"^\| `{name}` \|.*$", PAGE, re.MULTILINE)
    assert row is not None
    preset = PRESETS[name]
    for word in (preset.base_url, preset.key_variable, preset.url_variable):
        assert not word or f"`{word}`" in row.group()


def test_every_provider_is_named() -> None:
    for name in providers.names():
        assert f"`{name}`" in PAGE
