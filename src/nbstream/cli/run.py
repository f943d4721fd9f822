"""`nbstream run`: execute a notebook and see its streams in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import NbStreamError, UsageError
from ..extras import install_command
from .commands import Commands

if TYPE_CHECKING:
    from nbformat import NotebookNode


def add(commands: Commands) -> None:
    """Add this command to the grammar."""
    this = commands.add_parser(
        "run",
        help="execute a notebook, its streams shown in the terminal",
        description="Execute a notebook in this Python, its streams shown while they grow.",
    )
    this.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    this.add_argument("--output", type=Path, metavar="FILE", help="write the executed notebook")
    this.add_argument("--html", type=Path, metavar="FILE", help="write it as an HTML page")
    this.set_defaults(command=run, grammar=this)


def run(options: argparse.Namespace) -> int:
    if find_spec("nbclient") is None or find_spec("nbconvert") is None:
        raise NbStreamError(f"`nbstream run` needs more packages: {install_command('run')}")
    from ..notebook.execute import execute

    notebook = _read(options.notebook)
    folder = str(options.notebook.resolve().parent)
    # Now, and not when all the answers are there that could not be written then.
    for path in (options.output, options.html):
        if path is not None:
            _check_writable(path)
    with ExitStack() as kept:
        # Also after a failed cell or Ctrl-C, each also where the other fails: what came is kept.
        if options.html is not None:
            kept.callback(lambda: _write(options.html, _as_html(notebook)))
        if options.output is not None:
            kept.callback(lambda: _write(options.output, _as_text(notebook)))
        asyncio.run(execute(notebook, folder, sys.stdout))
    return 0


def _read(path: Path) -> NotebookNode:
    import nbformat

    from ..notebook.execute import checked

    try:
        return checked(nbformat.read(path, as_version=4))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    except FileNotFoundError:
        raise UsageError(f"There is no notebook {str(path)!r}.") from None
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error.strerror}.") from None
    except (nbformat.reader.NotJSONError, nbformat.ValidationError):
        raise UsageError(f"{str(path)!r} is not a Jupyter notebook.") from None


def _check_writable(path: Path) -> None:
    is_there = path.exists()
    with _said_of(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
        if not is_there:
            path.unlink()


def _write(path: Path, text: str) -> None:
    with _said_of(path):
        path.write_text(text, encoding="utf-8")


@contextmanager
def _said_of(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be written: {error.strerror or error}.") from None


def _as_text(notebook: NotebookNode) -> str:
    import nbformat

    return nbformat.writes(notebook) + "\n"  # pyright: ignore[reportUnknownMemberType]


def _as_html(notebook: NotebookNode) -> str:
    import nbformat
    from nbconvert.exporters import HTMLExporter

    # Where a wheel has put it as well, for `jupyter nbconvert --template nbstream`.
    templates = str(files("nbstream") / "templates")
    exporter = HTMLExporter(template_name="nbstream", extra_template_basedirs=[templates])
    try:
        page, _ = exporter.from_notebook_node(notebook)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    except nbformat.ValidationError as error:
        why = str(error).partition("\n")[0]
        raise UsageError(
            f"No HTML can be made of the notebook, which is not valid: {why}."
        ) from None
    return str(page)  # pyright: ignore[reportUnknownArgumentType]
