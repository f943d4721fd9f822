"""`%config NbStream` and ipython_config.py."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from nbstream import aliases, costs, gates
from tests.shells import new_shell


@pytest.fixture(autouse=True)
def _usual_after() -> Iterator[None]:
    yield
    aliases.configure({})
    gates.configure({})
    costs.configure({})


def shell(folder: Path, **settings: Any) -> InteractiveShell:
    return new_shell(folder, NbStream=settings)


@pytest.mark.parametrize(
    ("trait", "good", "wrong", "sentence"),
    [
        ("limits", {"openai": {"streams": 2}}, {"openai": {"streams": 0}}, "above 0, not 0"),
        ("prices", {"a/b": {"input": 1, "output": 2}}, {"a": {}}, "and 'a' is none"),
        ("image_hosts", ["example.org"], ["a b"], "'a b' is none"),
        ("aliases", {"fast": "openai/x"}, {"fast": "nonesuch/x"}, "no provider 'nonesuch'"),
        ("model", "openai/x", "nonesuch/x", "no provider 'nonesuch'"),
        ("chat", "draft", "a b", "letters, digits, _, - and ., not 'a b'"),
        ("budget", "100k", "many", "not 'many'"),
        ("max_tokens", 5, 0, "whole number of at least 1, not 0"),
        ("max_tokens", 5, "many", "expected an int"),
        ("max_seconds", 2.5, -1, "at least 0, not -1"),
        ("retries", 0, -1, "at least 0, not -1"),
        ("max_idle_seconds", 5.5, -1, "at least 0, not -1"),
        ("max_retry_seconds", 5.5, -1, "at least 0, not -1"),
        ("max_idle_seconds", 5.5, "long", "expected a float"),
        ("on_drop", "stop", "wait", "not the str 'wait'"),
        ("format", "text", "prose", "not the str 'prose'"),
        ("smooth", False, "no", "not the str 'no'"),
    ],
)
def test_a_wrong_value_is_one_sentence_and_the_setting_stays(
    trait: str, good: Any, wrong: Any, sentence: str, tmp_path: Path, caplog: Any
) -> None:
    ipython = shell(tmp_path)
    ipython.run_line_magic("config", f"NbStream.{trait} = {good!r}")
    assert caplog.messages == []
    ipython.run_line_magic("config", f"NbStream.{trait} = {wrong!r}")
    [told] = caplog.messages
    assert sentence in told
    assert "\n" not in told
    assert getattr(ipython.magics_manager.registry["NbStream"], trait) == good


def test_of_a_file_with_a_wrong_setting_the_others_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = {"openai": {"streams": "two"}}
    ipython = shell(tmp_path, model="house", aliases={"house": "local"}, limits=limits, retries=1)
    magics = ipython.magics_manager.registry["NbStream"]
    assert (magics.model, magics.retries, magics.limits) == ("house", 1, {})
    assert capsys.readouterr().err == (
        "NbStream.limits is left out: streams must be a whole number above 0, not 'two'.\n"
    )


def test_ipython_reads_its_profile(tmp_path: Path) -> None:
    profile = tmp_path / "profile_default"
    profile.mkdir()
    (profile / "ipython_config.py").write_text(
        "c = get_config()\n"
        "c.InteractiveShellApp.extensions = ['nbstream']\n"
        "c.NbStream.aliases = {'house': {'model': 'openai-chat/qwen', 'base_url':"
        " 'http://127.0.0.1:9/v1'}}\n"
        "c.NbStream.model = 'house'\n"
        "c.NbStream.system = 'Be brief.'\n"
        "c.NbStream.chat_messages = 'many'\n"
        "c.NbStream.image_hosts.append('example.org')\n"
    )
    code = (
        "get_ipython().run_line_magic('config', 'NbStream.max_tokens = 7');"
        "get_ipython().run_line_magic('generate', 'config');"
        "get_ipython().run_cell_magic('generate', '--dry-run', 'Hello')"
    )
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"IPYTHONDIR": str(tmp_path), "PYTHONUTF8": "1"},
        timeout=120,
    )
    for line in (
        "NbStream.model = 'house'",
        "NbStream.image_hosts = ['example.org']",
        "NbStream.max_tokens = 7",
        "NbStream.chat_messages = 20",
        "openai-chat/qwen",
        "Be brief.",
    ):
        assert line in done.stdout, done.stderr
    assert "NbStream.chat_messages is left out: The 'chat_messages' trait" in done.stderr
