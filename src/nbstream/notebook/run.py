"""Running a cell's session where the cell is: in a notebook or a terminal, to its end or in the
background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from contextvars import Context

from IPython.core.interactiveshell import InteractiveShell

from ..api import remember
from ..formats import python_blocks
from ..generation import Generation
from ..session import Session, Sink
from .background import Background, start
from .failed import Failed
from .look import Look


def run_to_end(
    shell: InteractiveShell | None, session: Session, look: Look, more: Sequence[Sink]
) -> Generation:
    """Show the stream and wait for its end; `more` sinks get the frames too. Raises Failed, and
    Cancelled after an interrupt."""
    if _in_kernel(shell):
        from .cell import run_in_notebook

        generation = run_in_notebook(session, look, more=more)
    else:
        from .terminal import run_in_terminal

        generation = run_in_terminal(session, look.format, more=more)
    if generation.status == "failed":
        raise Failed(generation)
    return generation


def run_on(
    shell: InteractiveShell | None,
    session: Session,
    look: Look,
    more: Sequence[Sink],
    files: ExitStack,
    ended: Callable[[Generation], object],
) -> Background:
    """Let the stream go on after the cell; then `files` are closed and `ended` gets the result.
    In a terminal nothing is shown of it."""
    if not _in_kernel(shell):
        return start(session, _quietly(session, more, files, ended))
    from .output import CellOutput

    output = CellOutput(session, look, outlives_cell=True)

    async def work() -> Generation:
        with files:
            await output.run(more)
        # Not as the cell that began it, which has ended: nbclient takes an update only from the
        # cell that runs, and pages find the output by its id.
        generation = Context().run(output.settle)
        ended(generation)
        return generation

    return start(session, work())


def insert(shell: InteractiveShell, generation: Generation, *, replace: bool) -> None:
    """Put the answer's Python code into a new cell below, or into this one; say so where there is
    none to put."""
    code = str(python_blocks(generation.code)).rstrip("\n")
    if generation.status != "complete":
        print(f"Nothing was inserted: the answer is {generation.status}.")
    elif not code:
        print("Nothing was inserted: there is no Python code in the answer.")
    else:
        shell.set_next_input(code, replace=replace)


async def _quietly(
    session: Session,
    more: Sequence[Sink],
    files: ExitStack,
    ended: Callable[[Generation], object],
) -> Generation:
    from ..sinks.tee import tee

    with files:
        await session.run(tee(*more))
    generation = remember(session)
    ended(generation)
    return generation


def _in_kernel(shell: InteractiveShell | None) -> bool:
    return getattr(shell, "kernel", None) is not None
