"""A real kernel with a front end that reads its output and greets its widgets."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from tests.kernels import running_kernel

_IN_KERNEL = Path(__file__).with_name("in_kernel.py")
_TIMEOUT_S = 180


class KernelPage:
    """Runs code in the kernel as a page does; `messages` counts the comm messages it got."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self._client = client
        self._printed: list[str] = []
        self.pid: int = manager.provisioner.pid  # pyright: ignore
        self.messages = 0
        self.execute(_IN_KERNEL.read_text(encoding="utf-8"))
        self.execute("%load_ext nbstream")

    def run(self, expression: str) -> Any:
        """What the expression (of names in `in_kernel`) comes to; it may await."""
        self.execute(f"tell({expression})")
        return json.loads(self._printed[-1])

    def execute(self, code: str) -> None:
        """Run a cell. Raises RuntimeError if it fails."""
        self._printed.clear()
        reply = self._client.execute_interactive(
            code, output_hook=self._take, timeout=_TIMEOUT_S, store_history=False
        )
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{reply['content'].get('ename')}: {reply['content'].get('evalue')}")

    def _take(self, message: dict[str, Any]) -> None:
        content = message["content"]
        match message["msg_type"]:
            case "stream" if content["name"] == "stdout":
                self._printed += content["text"].splitlines()
            case "comm_open" if "anywidget" in json.dumps(content):
                self._greet(content["comm_id"])
            case "comm_msg":
                self.messages += 1
            case _:
                pass

    def _greet(self, comm: str) -> None:
        hello = {"method": "custom", "content": {"type": "hello", "runtime": "", "seq": -1}}
        message = self._client.session.msg("comm_msg", {"comm_id": comm, "data": hello})
        self._client.shell_channel.send(message)


@contextmanager
def kernel_page() -> Generator[KernelPage]:
    """The installed ipykernel, for the length of the block."""
    with (
        TemporaryDirectory() as folder,
        running_kernel("nbstream-7", Path(folder)) as (manager, client),
    ):
        yield KernelPage(manager, client)
