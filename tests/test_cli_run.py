"""`nbstream run`: what cannot be written is told before the notebook is run, in one sentence."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from nbstream.cli import WRONG_USAGE, main


@pytest.mark.parametrize("flag", ["--output", "--html"])
@pytest.mark.parametrize("place", [".", "asked.ipynb/out"])
def test_a_place_that_cannot_be_written_is_told_before_a_cell_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str, place: str
) -> None:
    asked = tmp_path / "asked.ipynb"
    touch = "import pathlib; pathlib.Path('ran').touch()"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(touch)]), asked)
    assert main(["run", str(asked), flag, str(tmp_path / place)]) == WRONG_USAGE
    (sentence,) = capsys.readouterr().err.splitlines()
    assert f"{str(tmp_path / place)!r} cannot be written: " in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["asked.ipynb"]
