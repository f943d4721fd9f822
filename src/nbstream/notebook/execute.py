"""Execute a notebook from the command line and show its streams while they grow.

nbclient runs the cells; the frames it sees pass by in comm messages are the ones a page would get.
"""

# nbclient, nbformat and jupyter_client are typed only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import AbstractContextManager, AsyncExitStack
from typing import Any, TextIO

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.client import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from ..errors import NbStreamError, UsageError
from ..events import End, Frame, Start
from ..session import Sink
from ..sinks.terminal import printable, terminal_sink
from ..wire import from_json

_LAUNCH = ("-m", "ipykernel_launcher", "--log-level=ERROR", "-f")


class CellFailed(NbStreamError):
    """A cell of the notebook failed; the sentence names it."""


async def execute(notebook: NotebookNode, folder: str, out: TextIO) -> None:
    """Run every cell in place, in a kernel of this Python whose working directory is `folder`.

    Streams and results are printed to `out` as they come. Raises CellFailed with the outputs so
    far in `notebook`, and NbStreamError where the kernel does not start.
    """
    manager = AsyncKernelManager()
    # This Python, whatever kernels the user has installed under the notebook's kernel name.
    manager._kernel_spec = KernelSpec(  # pyright: ignore[reportPrivateUsage]
        argv=[sys.executable, *_LAUNCH, "{connection_file}"],
        language="python",
    )
    client = _Client(notebook, km=manager, out=out, resources={"metadata": {"path": folder}})
    client.owns_km = True  # shut down at the end
    async with AsyncExitStack() as kernel:
        try:
            env = {**os.environ, "NBSTREAM_LIVE": "1"}
            await kernel.enter_async_context(client.async_setup_kernel(env=env))
        except RuntimeError as error:
            raise NbStreamError(f"The kernel did not start: {error}.") from None
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            client.show_source(cell.source)
            try:
                await client.async_execute_cell(cell, index)
            except CellExecutionError as error:
                raise CellFailed(_sentence(cell, index, error)) from None
            except DeadKernelError:
                raise CellFailed(
                    f"Cell {index + 1} failed: the kernel died; its memory may have run out."
                ) from None
            finally:
                await client.shown()
            client.show_outputs(cell.outputs)


class _Client(NotebookClient):
    """An nbclient that hands the frames it sees to a terminal sink, one at a time, in order."""

    def __init__(self, notebook: NotebookNode, *, out: TextIO, **options: Any) -> None:
        super().__init__(
            notebook, store_widget_state=False, record_timing=False, timeout=None, **options
        )
        self._out = out
        self._frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._printer: asyncio.Task[None] | None = None

    def handle_comm_msg(
        self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int
    ) -> None:
        """Take the frames out of a live widget's messages."""
        content = msg["content"].get("data", {}).get("content")
        if isinstance(content, dict) and content.get("type") == "frames":
            if self._printer is None:
                self._printer = asyncio.ensure_future(self._print())
            for frame in content["frames"]:
                self._frames.put_nowait(from_json(frame))

    async def shown(self) -> None:
        """Wait until all that came is printed. Raises what the printing raised."""
        printer, self._printer = self._printer, None
        if printer is None:
            return
        printed = asyncio.ensure_future(self._frames.join())
        await asyncio.wait({printed, printer}, return_when=asyncio.FIRST_COMPLETED)
        printed.cancel()
        # A printer that failed leaves its queue full for ever.
        if not printer.cancel():
            await printer

    def show_source(self, source: str) -> None:
        self._say("\n" + "\n".join(f"│ {line}" for line in source.splitlines()))

    def show_outputs(self, outputs: list[NotebookNode]) -> None:
        for output in outputs:
            if output.output_type == "stream":
                self._say(output.text.rstrip("\n"))
            elif output.output_type == "execute_result":
                self._say(output.data.get("text/plain", ""))

    def _say(self, text: str) -> None:
        print(printable(text), file=self._out, flush=True)

    async def _print(self) -> None:
        view: AbstractContextManager[Sink] | None = None
        sink: Sink | None = None
        while True:
            frame = await self._frames.get()
            try:
                if isinstance(frame.event, Start):
                    view = terminal_sink(self._out, status=sys.stderr)
                    sink = view.__enter__()
                if sink is not None:
                    await sink(frame)
                if isinstance(frame.event, End) and view is not None:
                    view.__exit__(None, None, None)
                    view = sink = None
            finally:
                self._frames.task_done()


def _sentence(cell: NotebookNode, index: int, error: CellExecutionError) -> str:
    said = [
        line
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
        for line in output.text.strip().splitlines()
    ]
    reason = said[-1] if said else f"{error.ename}: {error.evalue}"
    return f"Cell {index + 1} failed: {reason}"


def checked(notebook: NotebookNode) -> NotebookNode:
    """The notebook, if its language is Python. Raises UsageError."""
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language.lower() != "python":
        raise UsageError(f"The notebook is written in {language}; nbstream runs Python notebooks.")
    return notebook
