"""`nbstream run`: what cannot be written, and a kernel that dies, are told in one sentence."""

from __future__ import annotations

import json
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


def test_a_notebook_that_is_not_valid_runs_and_its_page_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, page = tmp_path / "asked.ipynb", tmp_path / "page.html"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('ran')")])
    notebook.metadata.kernelspec = {"name": "python3", "language": "python"}
    asked.write_text(json.dumps(notebook))
    assert main(["run", str(asked), "--html", str(page)]) == WRONG_USAGE
    said = capsys.readouterr()
    assert said.out.endswith("ran\n")
    assert said.err.splitlines()[-1] == (
        "nbstream: No HTML can be made of the notebook, which is not valid:"
        " 'display_name' is a required property."
    )


def test_a_kernel_that_dies_is_told_and_what_came_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = tmp_path / "asked.ipynb"
    cells = [nbformat.v4.new_code_cell(code) for code in ("print(6 * 7)", "import os; os._exit(1)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), asked)
    assert main(["run", str(asked), "--output", str(tmp_path / "out.ipynb")]) == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.endswith("Cell 2 failed: the kernel died; its memory may have run out.")
    assert "42" in (tmp_path / "out.ipynb").read_text()
