"""Execute a notebook from the command line and show its streams while they grow.

nbclient runs the cells; the frames it sees pass by in comm messages are the ones a page would get.
"""

# nbclient, nbformat and jupyter_client are typed only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

import os
import sys
from contextlib import AsyncExitStack
from queue import Empty
from typing import Any, TextIO

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.client import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, DeadKernelError
from nbclient.util import ensure_async
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from ..errors import NbStreamError, UsageError
from ..sinks.terminal import printable
from .terminal_streams import TerminalStreams

# How long the outputs of answers that have ended in the background are waited for.
_PATIENCE_S = 10
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
        try:
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code" and cell.source.strip():
                    await client.run(cell, index)
            await client.rest()
        finally:
            await client.streams.close()


class _Client(NotebookClient):
    """An nbclient that also reads what a cell's streams say after the cell has ended."""

    def __init__(self, notebook: NotebookNode, *, out: TextIO, **options: Any) -> None:
        super().__init__(
            notebook, store_widget_state=False, record_timing=False, timeout=None, **options
        )
        self._out = out
        self._cells: dict[str, int] = {}  # by the ids of the messages that began them
        self.streams = TerminalStreams(out)

    async def _async_poll_output_msg(
        self, parent_msg_id: str, cell: NotebookNode, cell_index: int
    ) -> None:
        self._cells[parent_msg_id] = cell_index
        assert self.kc is not None
        while True:
            message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=None))
            if message["parent_header"].get("msg_id") != parent_msg_id:
                self._take_late(message, cell, cell_index)
                continue
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return

    def _take_late(self, message: dict[str, Any], cell: NotebookNode, cell_index: int) -> None:
        """A message of another cell than the one that runs: of its streams and of their outputs,
        which are found by their ids."""
        if message["msg_type"] in ("comm_msg", "comm_close", "update_display_data"):
            self.process_message(message, cell, cell_index)

    def handle_comm_msg(
        self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int
    ) -> None:
        """Take the frames out of a live widget's messages."""
        began = self._cells.get(msg["parent_header"].get("msg_id", ""), cell_index)
        self.streams.take(began, msg, is_running=began == cell_index)

    async def rest(self) -> None:
        """Wait for what goes on in the background, after the last cell. Raises CellFailed."""
        nowhere = new_code_cell()
        patience_s = _PATIENCE_S
        assert self.kc is not None
        await self.streams.shown()
        while self.streams.are_writing or (patience_s and not self.streams.are_settled):
            if self.km is None or not await ensure_async(self.km.is_alive()):
                raise CellFailed("The kernel died while an answer was written in the background.")
            try:
                message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=1))
            except Empty:
                patience_s -= not self.streams.are_writing
            else:
                self._take_late(message, nowhere, -1)
                await self.streams.shown()

    async def run(self, cell: NotebookNode, index: int) -> None:
        """Run one cell and print what comes of it. Raises CellFailed."""
        self._show_source(cell.source)
        try:
            await self.async_execute_cell(cell, index)
        except CellExecutionError as error:
            raise CellFailed(_sentence(cell, index, error)) from None
        except DeadKernelError:
            raise CellFailed(
                f"Cell {index + 1} failed: the kernel died; its memory may have run out."
            ) from None
        finally:
            await self.streams.end_cell()
        self._show_outputs(cell.outputs)

    def _show_source(self, source: str) -> None:
        self._say("\n" + "\n".join(f"│ {line}" for line in source.splitlines()))

    def _show_outputs(self, outputs: list[NotebookNode]) -> None:
        for output in outputs:
            if output.output_type == "stream":
                self._say(output.text.rstrip("\n"))
            elif output.output_type == "execute_result":
                self._say(output.data.get("text/plain", ""))

    def _say(self, text: str) -> None:
        print(printable(text), file=self._out, flush=True)


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
