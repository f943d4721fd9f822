"""Cells that wait, on real kernels: what arrives meanwhile, and what is left afterwards."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from nbstream.events import End, EndStatus, Frame, Start, TextDelta
from nbstream.generation import Generation
from nbstream.notebook.interrupt import Cancelled
from nbstream.notebook.pump import ShellPump
from nbstream.notebook.wait import wait_until
from nbstream.transcript import Transcript
from tests.kernels import KERNELS, running_kernel

TIMEOUT_S = 15

SETUP = """
import asyncio, json, signal, threading
from nbstream.notebook.interrupt import Cancelled
from nbstream.notebook.pump import _Shell
from nbstream.notebook.wait import wait_until
kernel = get_ipython().kernel
handled = []

def receive(message):
    data = message["content"]["data"]
    if data.get("fail"):
        raise ValueError("a broken callback")
    if "print" in data:
        print(data["print"], handled)
    if "on" in data:
        handled.append(threading.current_thread() is threading.main_thread())
        # The reply, from which ipykernel learns where the next message belongs.
        comms[-1].send({})
    handled.append(data["n"])
    if data["n"] == "end":
        done.set()

def opened(comm, message):
    comms.append(comm)
    comm.on_msg(receive)
    comm.send({})

comms = []
kernel.comm_manager.register_target("numbers", opened)

def state():
    shell = _Shell.of(kernel)
    return shell.on_recv, shell.copies, shell.cell, signal.getsignal(signal.SIGINT)
"""
WAIT = """
done = threading.Event()
handled.clear()
before = state()
print("cell begins")
try:
    interrupted = wait_until(done, on_interrupt=lambda: {on_interrupt})
finally:
    restored = state() == before
print("cell ends")
{after}
"""


def of(message: dict[str, Any]) -> tuple[str, str]:
    """The message's parent, and the state it says the kernel is in."""
    return message["parent_header"].get("msg_id", ""), message["content"].get("execution_state", "")


class Kernel:
    """A running kernel, and its messages in the order they came."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client
        self.comm = ""
        self.subshells = manager.kernel_name == "nbstream-7"
        self.execute(SETUP)

    def send(self, kind: str, content: dict[str, Any], subshell: str | None = None) -> str:
        message = self.client.session.msg(kind, content)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def start(self, code: str) -> str:
        return str(self.client.execute(code, stop_on_error=True))

    def wait_in_a_cell(self, *, on_interrupt: str = "done.set()", after: str = "") -> str:
        """Start a cell that waits, and come back when it answers a message; the cell's own."""
        cell = self.start(WAIT.format(on_interrupt=on_interrupt, after=after))
        self.until(cell, "stream")
        self.comm = uuid4().hex
        self.send("comm_open", {"comm_id": self.comm, "target_name": "numbers", "data": {}})
        self.until_idle(self.say(n="ready"))
        return cell

    def say(self, subshell: str | None = None, **data: Any) -> str:
        return self.send("comm_msg", {"comm_id": self.comm, "data": data}, subshell)

    def create_subshell(self) -> str:
        request = self.client.session.msg("create_subshell_request", {})
        self.client.control_channel.send(request)
        while True:
            message = self.client.get_control_msg(timeout=TIMEOUT_S)
            if message["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                return str(message["content"]["subshell_id"])

    def published(self) -> dict[str, Any]:
        return self.client.get_iopub_msg(timeout=TIMEOUT_S)

    def until(self, parent: str, kind: str) -> dict[str, Any]:
        """Read on to the message of that kind that `parent` caused."""
        while True:
            message = self.published()
            if message["parent_header"].get("msg_id") == parent and message["msg_type"] == kind:
                return message

    def until_idle(self, parent: str) -> list[dict[str, Any]]:
        """All messages up to the one that says `parent` has been dealt with."""
        messages: list[dict[str, Any]] = []
        while True:
            messages.append(self.published())
            if of(messages[-1]) == (parent, "idle"):
                return messages

    def reply(self, parent: str) -> dict[str, Any]:
        while True:
            message = self.client.get_shell_msg(timeout=TIMEOUT_S)
            if message["parent_header"].get("msg_id") == parent:
                return message["content"]

    def execute(self, code: str) -> None:
        cell = self.start(code)
        self.until_idle(cell)
        reply = self.reply(cell)
        assert reply["status"] == "ok", reply

    def value(self, expression: str) -> Any:
        """What the kernel has for `expression`, as soon as it takes cells again after an error."""
        status = "aborted"
        while status == "aborted":
            cell = self.start(f"print(json.dumps({expression}))")
            messages = self.until_idle(cell)
            status = self.reply(cell)["status"]
        printed = (m["content"].get("text", "") for m in messages if of(m)[0] == cell)
        return json.loads("".join(printed))


@pytest.fixture(scope="module", params=KERNELS)
def kernel(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Kernel]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    with running_kernel(request.param, folder) as (manager, client):
        yield Kernel(manager, client)


def test_comm_messages_are_handled_in_order_and_queued_cells_run_after_in_order(
    kernel: Kernel,
) -> None:
    cell = kernel.wait_in_a_cell()
    queued: list[str] = []
    for n in range(300):
        kernel.say(n=n)
        if n % 20 == 0:
            queued.append(kernel.start(f"handled.append('cell {len(queued)}')"))
    kernel.say(n="end")
    assert kernel.reply(cell)["status"] == "ok"
    assert kernel.reply(queued[-1])["status"] == "ok"
    assert kernel.value("handled") == [
        "ready",
        *range(300),
        "end",
        *(f"cell {n}" for n in range(15)),
    ]
    assert kernel.value("[interrupted, restored]") == [False, True]


def test_a_handlers_output_belongs_to_its_message_and_the_cells_to_the_cell(
    kernel: Kernel,
) -> None:
    cell = kernel.wait_in_a_cell()
    said = kernel.say(n=1, print="from the callback")
    kernel.say(n="end")
    messages = kernel.until_idle(cell)
    # What is printed at once may come in several messages.
    printed: dict[str, str] = {}
    for message in messages:
        if message["msg_type"] == "stream":
            of = message["parent_header"]["msg_id"]
            printed[of] = printed.get(of, "") + message["content"]["text"]
    assert printed == {said: "from the callback ['ready']\n", cell: "cell ends\n"}


def test_each_message_is_busy_then_idle_while_the_kernel_stays_busy(kernel: Kernel) -> None:
    cell = kernel.wait_in_a_cell()
    said = kernel.say(n=1)
    end = kernel.say(n="end")
    states = [of(m) for m in kernel.until_idle(cell) if m["msg_type"] == "status"]
    first = states.index((said, "busy"))
    assert states[first:] == [
        (said, "busy"),
        (said, "idle"),
        (cell, "busy"),
        (end, "busy"),
        (end, "idle"),
        (cell, "busy"),
        (cell, "idle"),
    ]


def test_a_loaded_page_gets_its_answers_while_the_cell_waits(kernel: Kernel) -> None:
    kernel.wait_in_a_cell()
    info = kernel.send("kernel_info_request", {})
    comms = kernel.send("comm_info_request", {"target_name": "numbers"})
    assert kernel.reply(info)["implementation"] == "ipython"
    assert kernel.comm in kernel.reply(comms)["comms"]
    kernel.say(n="end")
    assert kernel.value("interrupted") is False


def test_messages_for_a_subshell_are_all_handled_in_the_cells_wait(kernel: Kernel) -> None:
    if not kernel.subshells:
        pytest.skip("this ipykernel has no subshells")
    subshell = kernel.create_subshell()
    kernel.wait_in_a_cell()
    for n in range(3):
        kernel.until_idle(kernel.say(subshell, n=n, on="?"))
    kernel.say(n="end")
    assert kernel.value("handled") == ["ready", True, 0, True, 1, True, 2, "end"]


def test_a_failing_handler_does_not_end_the_wait(kernel: Kernel) -> None:
    cell = kernel.wait_in_a_cell()
    kernel.say(fail=True)
    kernel.send("comm_msg", {"comm_id": "no such comm", "data": {}})
    kernel.send("comm_open", {"comm_id": uuid4().hex})
    kernel.say(n="end")
    assert kernel.reply(cell)["status"] == "ok"
    assert kernel.value("[handled, restored]") == [["ready", "end"], True]


def test_a_handler_that_is_a_coroutine_begins_at_once_and_ends_after_the_cell(
    kernel: Kernel,
) -> None:
    kernel.execute("""
async def slow(stream, ident, message):
    handled.append("begins")
    await asyncio.sleep(0)
    handled.append("ends")
usual = kernel.shell_handlers["comm_close"]
kernel.shell_handlers["comm_close"] = slow
""")
    cell = kernel.wait_in_a_cell(after="handled.append('cell')")
    kernel.send("comm_close", {"comm_id": kernel.comm})
    kernel.say(n="end")
    assert kernel.reply(cell)["status"] == "ok"
    kernel.execute("kernel.shell_handlers['comm_close'] = usual")
    assert kernel.value("handled") == ["ready", "begins", "end", "cell", "ends"]


def test_an_interrupt_asks_for_the_end_and_the_wait_goes_on_to_it(kernel: Kernel) -> None:
    cell = kernel.wait_in_a_cell(on_interrupt="handled.append('cancel')")
    kernel.manager.interrupt_kernel()
    kernel.say(n=1)
    kernel.say(n="end")
    assert kernel.reply(cell)["status"] == "ok"
    assert sorted(kernel.value("handled"), key=str) == [1, "cancel", "end", "ready"]
    assert kernel.value("[interrupted, restored]") == [True, True]


def test_a_second_interrupt_ends_the_wait_with_keyboard_interrupt(kernel: Kernel) -> None:
    cell = kernel.wait_in_a_cell(on_interrupt="handled.append('asked')")
    kernel.manager.interrupt_kernel()
    printed = ""
    while "asked" not in printed:
        printed = kernel.until(kernel.say(n=0, print="so far"), "stream")["content"]["text"]
    kernel.manager.interrupt_kernel()
    reply = kernel.reply(cell)
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    assert kernel.value("restored") is True


def test_cancelled_is_one_line_and_aborts_the_queued_cells(kernel: Kernel) -> None:
    cell = kernel.wait_in_a_cell(after="raise Cancelled")
    queued = kernel.start("handled.append('queued')")
    # What is answered after it shows that it has arrived.
    kernel.until_idle(kernel.say(n=1))
    kernel.manager.interrupt_kernel()
    error = kernel.until(cell, "error")["content"]
    assert error["traceback"] == [error["evalue"]]
    assert kernel.reply(queued)["status"] == "aborted"
    assert "queued" not in kernel.value("handled")


def test_a_wait_without_a_kernel_ends_when_it_is_done() -> None:
    done = threading.Event()
    threading.Timer(0.01, done.set).start()
    assert wait_until(done, on_interrupt=done.set) is False


def test_a_wait_on_another_thread_ends_when_it_is_done() -> None:
    done = threading.Event()
    results: list[bool] = []
    waiter = threading.Thread(
        target=lambda: results.append(wait_until(done, on_interrupt=done.set))
    )
    waiter.start()
    done.set()
    waiter.join(TIMEOUT_S)
    assert results == [False]


def test_no_pump_for_a_kernel_that_is_built_otherwise() -> None:
    assert ShellPump.install(None) is None
    assert ShellPump.install(object()) is None


@pytest.mark.parametrize(
    ("status", "text", "sentence"),
    [
        (
            "cancelled",
            "Hi",
            "Interrupted: the generation was cancelled and the text so far is kept.",
        ),
        ("cancelled", "", "Interrupted: the generation was cancelled before any text came."),
        ("complete", "Hi", "Interrupted: the answer had ended before and is kept."),
    ],
)
def test_an_interrupt_says_what_became_of_the_answer(
    status: EndStatus, text: str, sentence: str
) -> None:
    said = Transcript()
    for number, event in enumerate((Start("p/m", 0.0), TextDelta(text), End(status))):
        said.add(Frame(number, 0.0, event))
    assert str(Cancelled.after(Generation.of(said))) == sentence


def test_cancelled_is_a_keyboard_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt, match="text so far is kept"):
        raise Cancelled
