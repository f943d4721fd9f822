"""Notebooks run without a page by the tools people use: nbclient, papermill, nbconvert, marimo.

The first three run the same notebook, as a person would; what they leave must read the same.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.loopback import LoopbackThread
from tests.speaking import Speech

WIDGET = "application/vnd.jupyter.widget-view+json"
FRAMES = "application/vnd.nbstream.v1+json"
ANSWER = "The **Aare**:\n\n```python\nkm = 288\n```\n"
TIMEOUT_S = 120
# marimo knows no cell magics: there it is the Python API, awaited at a cell's top level.
MARIMO = """
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import nbstream
    from nbstream.events import TextDelta

    server = {"model": "openai-chat/m", "base_url": "URL/v1"}
    return TextDelta, mo, nbstream, server


@app.cell
async def _(nbstream, server):
    answer = await nbstream.generate("How long is the Aare?", **server)
    answer
    return (answer,)


@app.cell
async def _(TextDelta, mo, nbstream, server):
    text, shown = "", 0
    async for event in nbstream.stream("And again?", **server):
        if isinstance(event, TextDelta):
            text, shown = text + event.text, shown + 1
            mo.output.replace(mo.md(text.replace("Aare", "Rhine")))
    return shown, text


@app.cell
def _(answer, nbstream, shown, text):
    print("shown", shown, "times;", answer.text == text == nbstream.last.text, answer.status)
    return


if __name__ == "__main__":
    app.run()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackThread]:
    speech = Speech(tokens=re.findall(r"\S+\s*", ANSWER), tokens_per_s=None)
    with LoopbackThread(script=lambda request: speech.answer(request.path)) as server:
        yield server


@pytest.fixture
def notebook(server: LoopbackThread, tmp_path: Path) -> Path:
    """A notebook with one parameter, which its prompt names."""
    parameters = nbformat.v4.new_code_cell("river = 'Rhine'", metadata={"tags": ["parameters"]})
    ask = (
        f"%%generate openai-chat/m --base-url {server.url}/v1 -o answer\nHow long is the {{river}}?"
    )
    cells = [
        parameters,
        *map(nbformat.v4.new_code_cell, ("%load_ext nbstream", ask, "answer.code")),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / "asked.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def asked(server: LoopbackThread) -> str:
    """The last prompt."""
    return server.requests[-1].body["messages"][-1]["content"]


def outputs(notebook: Any) -> tuple[dict[str, Any], str]:
    """What the cell that asked left, and the value of the one after it as text."""
    ask, code = notebook.cells[-2:]
    (answered,) = ask.outputs
    (value,) = code.outputs
    return answered.data, value.data["text/plain"]


def tool(name: str, *arguments: str, folder: Path, status: int = 0) -> str:
    """Run a command of this environment to this exit status; what it said."""
    ran = subprocess.run(
        [sys.executable, "-m", name, *arguments],
        cwd=folder,
        env={**os.environ, "IPYTHONDIR": str(folder / "ipython"), "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert ran.returncode == status, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def assert_static(data: dict[str, Any]) -> None:
    assert set(data) == {FRAMES, "text/markdown", "text/plain"}
    assert data["text/markdown"].startswith(ANSWER)


def test_nbclient_leaves_the_static_answer_and_the_value_of_the_cell_that_takes_it(
    notebook: Path, server: LoopbackThread
):
    ran = NotebookClient(nbformat.read(notebook, as_version=4), timeout=TIMEOUT_S).execute()
    assert "widgets" not in ran.metadata
    data, code = outputs(ran)
    assert_static(data)
    assert "km = 288" in code
    assert asked(server) == "How long is the Rhine?"


def test_papermill_puts_its_parameters_into_the_prompt_and_the_answer_into_the_file(
    notebook: Path, server: LoopbackThread
):
    arguments = ("asked.ipynb", "out.ipynb", "-p", "river", "Aare", "--log-output")
    said = tool("papermill", *arguments, folder=notebook.parent)
    assert f"{ANSWER}\nopenai-chat/m · Complete" in said
    ran = nbformat.read(notebook.parent / "out.ipynb", as_version=4)
    assert "widgets" not in ran.metadata
    data, _ = outputs(ran)
    assert_static(data)
    assert asked(server) == "How long is the Aare?"


def test_papermill_stops_at_a_mistake_and_tells_it(notebook: Path):
    mistaken = nbformat.read(notebook, as_version=4)
    mistaken.cells[-2].source = mistaken.cells[-2].source.replace("-o", "--max-tokens 0 -o")
    nbformat.write(mistaken, notebook)
    arguments = ("asked.ipynb", "out.ipynb")
    said = tool("papermill", *arguments, folder=notebook.parent, status=1)
    assert "UsageError: max_tokens must be" in said


def test_nbconvert_runs_it_and_shows_the_answer_as_a_page_without_a_widget(notebook: Path):
    tool("nbconvert", "--execute", "--to", "html", "asked.ipynb", folder=notebook.parent)
    page = (notebook.parent / "asked.html").read_text(encoding="utf-8")
    assert "<strong>Aare</strong>" in page
    assert re.search(r'<span class="n">km</span>.*<span class="mi">288</span>', page)
    assert "openai-chat/m · Complete" in page
    # the page's script names the type; no output may have it
    assert f'"{WIDGET}">' not in page
    assert "model_id" not in page


def test_marimo_shows_an_answer_and_one_that_grows_in_its_cells(
    server: LoopbackThread, tmp_path: Path
):
    (tmp_path / "asked.py").write_text(MARIMO.replace("URL", server.url))
    command = ("-y", "export", "ipynb", "asked.py", "--include-outputs", "--output", "out.ipynb")
    tool("marimo", *command, folder=tmp_path)
    ran = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    _, whole, grown, last = ran.cells
    assert "<strong>Aare</strong>" in whole.outputs[-1].data["text/html"]
    assert "**Rhine**" in grown.outputs[-1].data["text/markdown"]
    (printed,) = last.outputs
    assert printed.text.strip() == f"shown {len(ANSWER.split())} times; True complete"
