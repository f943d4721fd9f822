"""`nbstream pull`: fetch an embedded model into the user's cache."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from ..engine.cache import models_dir, pulled_path
from ..engine.catalogue import CATALOGUE, DEFAULT, EmbeddedModel, find_model
from ..engine.pull import Report, pull
from .commands import Commands

LINE_EVERY_PERCENT = 10


def add(commands: Commands) -> None:
    """Add this command to the grammar."""
    this = commands.add_parser(
        "pull",
        help="fetch an embedded model, to generate without a key or a network",
        description="Fetch an embedded model into the user's cache and check its SHA-256.",
    )
    this.add_argument(
        "model",
        nargs="?",
        default=DEFAULT.name,
        metavar="MODEL",
        help=f"one of {', '.join(model.name for model in CATALOGUE)} (default: {DEFAULT.name})",
    )
    this.add_argument("--list", action="store_true", help="show the models and fetch nothing")
    this.set_defaults(command=run, grammar=this)


def run(options: argparse.Namespace) -> int:
    if options.list:
        return show_models()
    model = find_model(options.model)
    if pulled_path(model) is None:
        print(
            f"Fetching {model.title} ({megabytes(model.download_bytes)}, {model.licence}) "
            f"into {models_dir()}",
            flush=True,
        )
    with progress_shown(model) as report:
        pulled = pull(model, report)
    if pulled.fetched:
        print(f"{model.name} is ready: its SHA-256 is the expected one.")
    else:
        print(f"{model.name} is already there: {pulled.path}")
    return 0


def show_models() -> int:
    for model in CATALOGUE:
        state = "pulled" if pulled_path(model) else "not pulled"
        default = ", the default" if model is DEFAULT else ""
        print(f"{model.name} ({state}{default})")
        print(f"    {model.title}: {model.purpose}.")
        print(f"    {megabytes(model.size)}, {model.licence}; {model.origin}.")
    print(f"The files stand in {models_dir()}.")
    return 0


@contextmanager
def progress_shown(model: EmbeddedModel) -> Generator[Report]:
    """A progress bar on a terminal, a line now and then in a pipe."""
    if not sys.stdout.isatty():
        yield progress_lines(model)
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task(model.name, total=model.download_bytes, visible=False)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        yield report


def progress_lines(
    model: EmbeddedModel, write: Callable[[str], None] = lambda line: print(line, flush=True)
) -> Report:
    """A report that writes one line for every tenth of the way."""
    shown = 0

    def report(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total
        if percent >= shown + LINE_EVERY_PERCENT:
            shown = percent - percent % LINE_EVERY_PERCENT
            write(f"{model.name}: {shown} % of {megabytes(total)}")

    return report


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
