"""`%%generate` in a real kernel, as a notebook runs it: what the cell shows and leaves behind."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from tests.kernels import running_kernel
from tests.loopback import DROP, STALL, Answer, LoopbackThread, Received
from tests.speaking import chat_chunks

TIMEOUT_S = 30
WIDGET = "application/vnd.jupyter.widget-view+json"
TEXT = "Here:\n\n```python\nx = 6 * 7\n"
FLAGS = [
    *("--output", "--keep", "--record", "--system", "--max-tokens", "--temperature", "--top-p"),
    *("--stop", "--seed", "--effort", "--extra", "--base-url", "--api-key-name", "--max-seconds"),
    *("--max-chars", "--retries", "--max-retry-seconds", "--max-idle-seconds", "--on-drop"),
    *("--format", "--insert", "--replace", "--chat", "--no-chat", "--background"),
]


@dataclass
class Cell:
    """What came of a cell that ran."""

    reply: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def contents(self, kind: str) -> list[dict[str, Any]]:
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    @property
    def printed(self) -> str:
        return "".join(content["text"] for content in self.contents("stream"))

    @property
    def traceback(self) -> str:
        lines = [line for content in self.contents("error") for line in content["traceback"]]
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(lines))

    @property
    def result(self) -> dict[str, str]:
        """The output as it is in the saved notebook."""
        return self.contents("update_display_data")[-1]["data"]


class Notebook:
    def __init__(self, manager: KernelManager, client: BlockingKernelClient, url: str) -> None:
        self.manager, self.client, self.url = manager, client, url

    def run(self, code: str) -> Cell:
        return self.ended(self.client.execute(code))

    def ended(self, sent: str) -> Cell:
        """The cell, once the kernel is idle after it."""
        cell = Cell({})
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT_S)
            if message["parent_header"].get("msg_id") != sent:
                continue
            cell.messages.append(message)
            if message["content"].get("execution_state") == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT_S)
            if reply["parent_header"].get("msg_id") == sent:
                cell.reply = reply["content"]
                return cell

    def say(self, model_id: str, **content: Any) -> None:
        """As a page does that has the widget."""
        data = {"method": "custom", "content": content}
        message = self.client.session.msg("comm_msg", {"comm_id": model_id, "data": data})
        self.client.shell_channel.send(message)

    def say_hello(self, model_id: str) -> None:
        self.say(model_id, type="hello", runtime="", seq=-1)

    def heard(self, model_id: str) -> dict[str, Any]:
        """The next the kernel says to the widget: a custom message, or `comm_close`."""
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT_S)
            content = message["content"]
            if content.get("comm_id") != model_id:
                continue
            if message["msg_type"] == "comm_close":
                return {"type": "comm_close"}
            if message["msg_type"] == "comm_msg" and "content" in content["data"]:
                return content["data"]["content"]

    def value(self, expression: str) -> Any:
        """A JSON value of the kernel."""
        return json.loads(
            self.run(f"import json, nbstream; print(json.dumps({expression}))").printed
        )

    def generate(self, how: str, flags: str = "") -> str:
        """A cell that asks the server to answer in that way."""
        return f"%%generate openai-chat/{how} --base-url {self.url}/v1 --retries 0 {flags}\nHi"


def answer(request: Received) -> Answer:
    how: str = request.body["model"]
    before, spoken, after = chat_chunks(re.findall(r"\S+\s*", TEXT))
    if how == "limited":
        return Answer.json({"error": {"message": "Slow."}}, 429, retry_after="30")
    ends: dict[str, Any] = {"whole": after, "dropped": DROP, "stalled": STALL}
    if how not in ends:
        return Answer.json({"error": {"message": "No.", "code": "model_not_found"}}, 404)
    return Answer([before, *spoken, ends[how]])


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackThread]:
    with LoopbackThread(script=answer) as server:
        yield server


@pytest.fixture(scope="module")
def notebook(
    server: LoopbackThread, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Notebook]:
    folder = tmp_path_factory.mktemp("kernel")
    with running_kernel("nbstream-7", folder) as (manager, client):
        notebook = Notebook(manager, client, server.url)
        loaded = notebook.run(
            "import os; os.environ.pop('ANTHROPIC_API_KEY', None)\n%load_ext nbstream"
        )
        assert loaded.reply["status"] == "ok"
        yield notebook


def test_the_saved_output_is_one_static_result(notebook: Notebook):
    cell = notebook.run(notebook.generate("whole"))
    assert cell.reply["status"] == "ok"
    (shown,) = cell.contents("display_data")
    assert WIDGET in shown["data"]
    assert {"text/markdown", "text/plain"} <= set(cell.result)
    assert WIDGET not in cell.result
    assert cell.result["text/markdown"].startswith(f"{TEXT}```\n\n*openai-chat/whole · Complete ·")
    assert cell.contents("update_display_data")[-1]["transient"] == shown["transient"]
    assert cell.printed == ""


def test_keep_leaves_the_live_output_beside_the_static_one_where_a_page_has_asked_for_it(
    notebook: Notebook,
):
    sent = notebook.client.execute(notebook.generate("whole", "--keep"))
    while True:
        message = notebook.client.get_iopub_msg(timeout=TIMEOUT_S)
        if '"type": "end"' in json.dumps(message["content"]):
            break
        if message["msg_type"] == "display_data":
            model_id = message["content"]["data"][WIDGET]["model_id"]
    time.sleep(0.2)  # the page is slow and the answer came at once
    notebook.say_hello(model_id)
    assert {WIDGET, "text/markdown", "text/plain"} <= set(notebook.ended(sent).result)


def test_a_page_that_opens_what_was_saved_in_mid_stream_is_handed_the_finished_output(
    notebook: Notebook,
):
    sent = notebook.client.execute(notebook.generate("stalled"))
    model_id = ""
    while not model_id:
        message = notebook.client.get_iopub_msg(timeout=TIMEOUT_S)
        if message["msg_type"] == "display_data":
            model_id = message["content"]["data"][WIDGET]["model_id"]
    notebook.say_hello(model_id)
    notebook.say(model_id, type="cancel")
    finished = notebook.ended(sent)
    for gone in (False, True):
        if gone:  # the page takes the update and shows the live output no more
            notebook.say(model_id, type="released")
            assert notebook.heard(model_id) == {"type": "comm_close"}
        # a page that is loaded says hello to every widget, and shows some
        notebook.say_hello(model_id)
        notebook.say(model_id, type="shown", runtime="")
        heard = [notebook.heard(model_id) for _ in range(3)]
        assert [message["type"] for message in heard] == ["runtime", "snapshot", "settled"]
        assert heard[1]["model_id"] == heard[2]["model_id"] == model_id
        assert heard[2]["data"] == finished.result


def test_keep_leaves_no_live_output_where_no_page_is(notebook: Notebook):
    cell = notebook.run(notebook.generate("whole", "--keep"))
    assert WIDGET not in cell.result


def test_the_answer_is_in_its_variable_and_the_last(notebook: Notebook):
    notebook.run(notebook.generate("whole", "-o answer"))
    assert notebook.value("[answer.text, answer.status, answer is nbstream.last]") == [
        TEXT,
        "complete",
        True,
    ]
    assert notebook.value("list(answer.code)") == ["x = 6 * 7\n"]


def test_a_failed_generation_fails_its_cell_in_one_line_and_keeps_what_came(notebook: Notebook):
    cell = notebook.run(notebook.generate("dropped", "-o answer"))
    assert cell.reply["status"] == "error"
    assert cell.traceback == (
        "The generation failed: The connection to openai-chat ended before the answer did; run it"
        " again for a whole answer. What came is in nbstream.last."
    )
    assert "· Failed ·" in cell.result["text/markdown"]
    assert notebook.value("[answer.text, answer.status, answer is nbstream.last]") == [
        TEXT,
        "failed",
        True,
    ]


def test_a_model_the_provider_does_not_have_is_one_sentence_in_the_output(notebook: Notebook):
    cell = notebook.run(notebook.generate("nonesuch"))
    assert cell.reply["status"] == "error"
    assert "has no model 'nonesuch'" in cell.result["text/plain"]
    assert cell.traceback.startswith("The generation failed: openai-chat has no model 'nonesuch'")
    assert "What came" not in cell.traceback
    assert "Traceback" not in cell.traceback + cell.printed


@pytest.mark.parametrize("times", [1, 5])
def test_an_interrupt_or_many_by_an_impatient_hand_keep_what_came_and_say_so_in_one_line(
    times: int, notebook: Notebook, server: LoopbackThread
):
    asked = len(server.requests)
    sent = notebook.client.execute(notebook.generate("stalled", f"-o answer --chat t{times}"))
    while True:  # until its text is on the page
        message = notebook.client.get_iopub_msg(timeout=TIMEOUT_S)
        if "6 * 7" in json.dumps(message["content"]):
            break
    for _ in range(times):
        notebook.manager.interrupt_kernel()
        time.sleep(0.001)  # else the system sends them as one
    cell = notebook.ended(sent)
    assert cell.reply["status"] == "error"
    assert cell.traceback.startswith("Interrupted: the generation was cancelled")
    assert "\n" not in cell.traceback
    assert "· Cancelled ·" in cell.result["text/markdown"]
    server.wait_closed(server.requests[asked])
    assert notebook.value("[answer.text, answer.status]") == [TEXT, "cancelled"]
    notebook.run(notebook.generate("whole", f"--chat t{times}"))
    told = [message["content"] for message in server.requests[-1].body["messages"]]
    assert told == ["Hi", f"{TEXT}\n\n[The answer was cut off here.]", "Hi"]
    assert f"(cut) {TEXT[:5]}" in notebook.run(f"%generate history t{times}").printed


def test_an_interrupt_before_the_generation_begins_is_one_line(notebook: Notebook):
    notebook.run("""
import signal
from nbstream import api
usual = api.prepare
def interrupted(*args, **options):
    signal.raise_signal(signal.SIGINT)
api.prepare = interrupted
""")
    cell = notebook.run(notebook.generate("whole"))
    notebook.run("api.prepare = usual")
    assert cell.reply["status"] == "error"
    assert cell.traceback == "Interrupted before the generation began."


def test_a_path_with_spaces_is_a_model_in_quotes(notebook: Notebook):
    notebook.run(notebook.generate("whole", "--record 'an answer.ndjson'"))
    cell = notebook.run("%%generate 'replay/an answer.ndjson' -o again\nHi")
    assert cell.reply["status"] == "ok"
    assert notebook.value("[again.text, again.model]") == [TEXT, "replay/an answer.ndjson"]
    told = notebook.run("%%generate replay/an answer.ndjson -o again\nHi").traceback
    assert "A model is one word, and 'replay/an answer.ndjson' is not" in told


def test_a_wait_before_an_attempt_is_seen_and_can_be_cancelled(
    notebook: Notebook, server: LoopbackThread
):
    asked = len(server.requests)
    flags = f"--base-url {notebook.url}/v1 -o answer"
    sent = notebook.client.execute(f"%%generate openai-chat/limited {flags}\nHi")
    while True:  # until the page is told
        message = notebook.client.get_iopub_msg(timeout=TIMEOUT_S)
        if '"retrying"' in json.dumps(message["content"]):
            break
    notebook.manager.interrupt_kernel()
    cell = notebook.ended(sent)
    assert cell.traceback.startswith("Interrupted: the generation was cancelled")
    assert len(server.requests) == asked + 1
    assert notebook.value("[answer.status, answer.metrics.attempts]") == ["cancelled", 2]


def test_limits_can_be_configured_and_wrong_ones_are_one_sentence(notebook: Notebook):
    set_ = notebook.run("%config NbStream.limits = {'openai-chat': {'streams': 2}}")
    assert set_.reply["status"] == "ok"
    wrong = notebook.run("%config NbStream.limits = {'openai-chat': {'streams': 0}}")
    # As traitlets tells what is wrong with a %config line.
    assert wrong.printed.endswith("streams must be a whole number above 0, not 0.\n")
    assert wrong.printed.count("\n") == 1
    notebook.run("%config NbStream.limits = {}")


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%%generate --colour red\nHi", "unrecognized arguments: --colour"),
        ("%%generate --max-tokens many\nHi", "--max-tokens: invalid int value: 'many'"),
        ("%%generate replay/x --max-tokens 0\nHi", "max_tokens must be a whole number"),
        (
            "%%generate --max-idle-seconds long\nHi",
            "--max-idle-seconds: invalid float value: 'long'",
        ),
        (
            "%%generate replay/x --max-idle-seconds -1\nHi",
            "max_idle_seconds must be a number of at least 0, not -1.0.",
        ),
        ("%%generate replay/x --max-idle-seconds nan\nHi", "max_idle_seconds must be a number"),
        ("%%generate --on-drop wait\nHi", "--on-drop: invalid choice: 'wait'"),
        ("%%generate --smooth maybe\nHi", "--smooth: invalid choice: 'maybe'"),
        ("%%generate replay/x --allow-images https://a.org\nHi", "'https://a.org' is none."),
        ("%%generate --allow-images\nHi", "--allow-images: expected one argument"),
        ("%%generate replay/x --extra top_k\nHi", "--extra needs KEY=JSON, not 'top_k'"),
        ("%%generate replay/x -o a-b\nHi", "-o needs the name of a variable, not 'a-b'"),
        ("%%generate replay/x --system 'Be\nHi", "no closing quotation mark"),
        ("%%generate replay/x\n  \n", "The prompt is empty"),
        ("%%generate nonesuch/m\nHi", "There is no provider 'nonesuch'"),
        ("%%generate anthropic/m\nHi", "ANTHROPIC_API_KEY"),
    ],
)
def test_a_mistake_is_one_sentence_without_a_traceback(
    notebook: Notebook, cell: str, sentence: str
):
    before = notebook.value("repr(nbstream.last)")
    ran = notebook.run(cell)
    told = ran.printed + ran.traceback
    assert sentence in told
    assert told.startswith("UsageError: ")
    assert told.count("\n") <= 1
    assert ran.reply["status"] == "error"
    assert notebook.value("repr(nbstream.last)") == before


def test_a_server_that_is_not_there_is_one_sentence_in_the_output(notebook: Notebook):
    ran = notebook.run("%%generate openai-chat/m --base-url http://127.0.0.1:9/v1 --retries 0\nHi")
    assert "Could not reach http://127.0.0.1:9" in ran.result["text/plain"]
    assert "Traceback" not in ran.traceback + ran.printed


def test_help_explains_every_flag(notebook: Notebook):
    (payload,) = notebook.run("%%generate?").reply["payload"]
    shown = payload["data"]["text/plain"]
    for flag in FLAGS:
        assert flag in shown
    assert "%config NbStream.model" in shown
    assert "nbstream.last" in shown


def test_what_is_configured_holds_for_cells_that_do_not_say(
    notebook: Notebook, server: LoopbackThread
):
    notebook.run("%config NbStream.model = 'openai-chat/whole'\n%config NbStream.max_tokens = 77")
    notebook.run(f"%%generate --base-url {notebook.url}/v1\nHi")
    assert notebook.value("nbstream.last.model") == "openai-chat/whole"
    assert server.requests[-1].body["max_tokens"] == 77
    notebook.run(f"%%generate --base-url {notebook.url}/v1 --max-tokens 5\nHi")
    assert server.requests[-1].body["max_tokens"] == 5
    notebook.run("%config NbStream.model = ''\n%config NbStream.max_tokens = None")
