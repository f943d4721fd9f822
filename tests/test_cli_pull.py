from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from nbstream.cli import main
from nbstream.cli.pull import progress_lines
from nbstream.engine.catalogue import CATALOGUE, SMOLLM2


def nbstream(*arguments: str, cache: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nbstream.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NBSTREAM_CACHE": str(cache)},
    )


def test_list_names_every_model_with_its_licence_and_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NBSTREAM_CACHE", str(tmp_path))
    assert main(["pull", "--list"]) == 0
    listed = capsys.readouterr().out
    for model in CATALOGUE:
        assert f"{model.name} (not pulled" in listed
        assert model.licence in listed
    assert not any(tmp_path.iterdir())


def test_version_is_the_packages(tmp_path: Path) -> None:
    done = nbstream("--version", cache=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"nbstream {version('nbstream')}\n")


@pytest.mark.parametrize("arguments", [(), ("pull", "--nonsense"), ("pull", "no-such-model")])
def test_a_wrong_call_ends_with_status_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = nbstream(*arguments, cache=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_failure_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = nbstream("pull", cache=tmp_path / "file")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("nbstream: The cache")


def test_in_a_pipe_progress_is_a_line_for_every_tenth() -> None:
    lines: list[str] = []
    report = progress_lines(SMOLLM2, lines.append)
    for done in range(0, 1001, 25):
        report(done * 1_000_000, 1_000_000_000)
    assert lines == [f"smollm2: {percent} % of 1,000 MB" for percent in range(10, 101, 10)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this kind")
def test_on_a_terminal_progress_is_a_bar() -> None:
    code = (
        "from nbstream.cli.pull import progress_shown\n"
        "from nbstream.engine.catalogue import SMOLLM2\n"
        "with progress_shown(SMOLLM2) as report:\n"
        "    report(46_000_000, 92_000_000)\n"
    )
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=theirs,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "100"},
    )
    os.close(theirs)
    shown = b""
    # On Linux the end of a pseudo-terminal is an error.
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:
        pass
    os.close(ours)
    assert process.wait() == 0
    assert b"smollm2" in shown
    assert b"46.0/92.0 MB" in shown
