"""Widgets that answer while a cell runs: comm messages handled on the blocked main thread.

A kernel reads its shell channel only between cells, so a click arrives after the cell it was meant
for. While a `ShellPump` is open and `pump` is called, comm messages go to the kernel's own
handlers, in order and with the parent header, statuses and logging ipykernel gives them; everything
else goes to ipykernel's queue, in order, to run after the cell.

ipykernel has no public way to do this. `_Shell` is the one place that knows its insides (6.30 and
7.x); where they are not as expected, `ShellPump.install` returns None.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import sys
import threading
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from types import TracebackType, coroutine
from typing import Any

# A page that is loaded again asks for the kernel's info and its comms before it restores widgets.
HANDLED = frozenset(
    {"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"}
)
# A flood of messages must not keep the caller from seeing that it is done.
BATCH = 64

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Shell:
    """The main shell channel of an ipykernel, and the cell that blocks it."""

    kernel: Any
    stream: Any  # a ZMQStream
    reply: object
    on_recv: Callable[[list[Any]], Any]
    copies: bool
    cell: dict[str, Any]
    cell_ident: Any

    @classmethod
    def of(cls, kernel: Any) -> _Shell:
        """Raises AttributeError, TypeError or KeyError where the kernel is built otherwise."""
        channel = getattr(kernel, "shell_channel_thread", None)
        if channel is None:
            stream = reply = kernel.shell_stream
        else:
            stream = channel.manager._shell_channel_to_main.to_stream
            reply = channel.manager.get_subshell_to_shell_channel_socket(None)
        shell = cls(
            kernel=kernel,
            stream=stream,
            reply=reply,
            on_recv=stream._recv_callback,
            copies=stream._recv_copy,
            cell=kernel.get_parent("shell"),
            cell_ident=kernel._parent_ident["shell"],
        )
        needed = (shell.on_recv, stream.socket.poll, stream.flush, kernel.set_parent)
        needed += (kernel._publish_status, kernel.session.feed_identities)
        if not all(map(callable, needed)) or "comm_msg" not in kernel.shell_handlers:
            raise TypeError("the shell channel is not as ipykernel 6 and 7 have it")
        return shell

    def status(self, state: str) -> None:
        """Publish busy or idle for the message that is the parent now."""
        self.kernel._publish_status(state, "shell")

    def resume_cell(self) -> None:
        """Make the cell the parent again of what is printed, displayed and sent."""
        self.kernel.set_parent(self.cell_ident, self.cell, channel="shell")


class ShellPump:
    """Open it as a context manager around a wait on the kernel's main thread."""

    def __init__(self, shell: _Shell) -> None:
        self._shell = shell

    @classmethod
    def install(cls, kernel: object) -> ShellPump | None:
        """A pump for `kernel`, or None: no kernel, not its main thread, or one it cannot read."""
        if kernel is None or threading.current_thread() is not threading.main_thread():
            return None
        try:
            return cls(_Shell.of(kernel))
        except (AttributeError, TypeError, KeyError) as error:
            _log.warning("Widgets answer only after this cell: %s.", error)
            return None

    def __enter__(self) -> ShellPump:
        self._shell.stream.on_recv(self._receive, copy=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A second interrupt may have left a handler, and its message as the parent.
        self._shell.resume_cell()
        # Setting the callback also arms the stream again for what arrived since the last `pump`.
        self._shell.stream.on_recv(self._shell.on_recv, copy=self._shell.copies)

    def pump(self, timeout_ms: int) -> None:
        """Wait up to `timeout_ms` milliseconds for messages and deal with those that came."""
        stream = self._shell.stream
        if stream.socket.poll(timeout_ms) or stream.sending():
            stream.flush(limit=BATCH)

    def _receive(self, frames: list[Any]) -> object:
        session = self._shell.kernel.session
        try:
            idents, rest = session.feed_identities(frames, copy=False)
            kind = session.deserialize(rest, content=False, copy=False)["header"]["msg_type"]
            handled = kind in HANDLED
            message: dict[str, Any] = {}
            if handled:
                message = session.deserialize(rest, content=True, copy=False)
        except Exception:
            # A signal of ipykernel's own, or a message it will report as invalid.
            return self._shell.on_recv(frames)
        if not handled:
            return self._shell.on_recv(frames)
        self._handle(kind, idents, message)
        return None

    def _handle(self, kind: str, idents: Any, message: dict[str, Any]) -> None:
        shell, kernel = self._shell, self._shell.kernel
        # Handled here: else ipykernel 7.4 would have the answer to a reply go to the subshell.
        message["header"].pop("subshell_id", None)
        # The message is the parent of what its handler prints, displays and sends.
        kernel.set_parent(idents, message, channel="shell")
        try:
            shell.status("busy")
            result = kernel.shell_handlers[kind](shell.reply, idents, message)
            if inspect.iscoroutine(result):
                _advance(result)
        except Exception:
            kernel.log.error("Exception in message handler:", exc_info=True)
        finally:
            _flush_output()
            shell.status("idle")
            shell.resume_cell()
            # The cell still runs; without this the page shows a kernel that is free.
            shell.status("busy")


def _flush_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # pyright: ignore[reportUnnecessaryComparison]  # pythonw has none
            stream.flush()


def _advance(handler: Coroutine[Any, Any, Any]) -> None:
    """Run a handler up to its first wait; the kernel's loop, free after the cell, does the rest."""
    try:
        awaited = handler.send(None)
    except StopIteration:
        return
    asyncio.ensure_future(_rest(handler, awaited))  # noqa: RUF006  # as ZMQStream does


@coroutine
def _rest(handler: Coroutine[Any, Any, Any], awaited: object) -> Generator[Any, Any, None]:
    yield awaited
    yield from handler.__await__()
