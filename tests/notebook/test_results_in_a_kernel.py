"""Formats, code into cells, and generations in the background, in a real kernel."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.kernels import running_kernel
from tests.loopback import Answer, LoopbackThread, Received, Step
from tests.notebook.test_magic_in_a_kernel import TIMEOUT_S, WIDGET, Cell, Notebook
from tests.speaking import chat_chunks

TEXTS = {
    "code": "Prose.\n\n```python\nx = 6 * 7\n```\n\nThen:\n\n```py\ny = x\n```\n",
    "shell": "```bash\nls\n```\n",
    "broken": "```python\nx = (\n```\n",
    "json": '{"a": [1, 2]}',
    "html": "<h1>Hi</h1>",
    "city": 'Sure:\n```json\n{"name":"Ulm","rivers":["Iller"]}\n```',
    "bare": '{"name":"Ulm","rivers":["Iller"]}',
    "math": r"\frac{a_1}{b} * c*",
    "plain": "*not emphasis*",
    "runaway": '"' + "a" * 64 + '!"',
    "slow": "Slow.",
    "slower": "Slower.",
}


# From a thread: an interrupt must not strike before the wait takes care of it.
TOLD_WHEN_IT_WAITS = """
import signal, threading, time
def tell(before=signal.getsignal(signal.SIGINT)):
    while signal.getsignal(signal.SIGINT) is before: time.sleep(0.001)
    print("waits", flush=True)
threading.Thread(target=tell).start()
"""


class Server:
    """Answers by the model's name; the slow ones end when they are let go."""

    def __init__(self) -> None:
        self.go = {name: threading.Event() for name in ("slow", "slower")}
        self.thread = LoopbackThread(script=self._answer)

    def _answer(self, request: Received) -> Answer:
        how: str = request.body["model"]
        before, spoken, after = chat_chunks([TEXTS[how]])
        if how not in self.go:
            return Answer([before, *spoken, after])

        async def steps() -> AsyncIterator[Step]:
            for step in (before, *spoken):
                yield step
            await asyncio.to_thread(self.go[how].wait)
            yield after

        return Answer(steps())


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    with server.thread:
        yield server
        for go in server.go.values():
            go.set()


@pytest.fixture(scope="module", params=["nbstream-7", "nbstream-6"])
def kernel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Notebook]:
    with running_kernel(request.param, tmp_path_factory.mktemp("kernel")) as (manager, client):
        notebook = Notebook(manager, client, "")
        notebook.run("%load_ext nbstream\nimport nbstream")
        yield notebook


@pytest.fixture
def notebook(kernel: Notebook, server: Server) -> Notebook:
    kernel.url = server.thread.url
    return kernel


def data(cell: Cell) -> dict[str, Any]:
    return cell.contents("update_display_data")[-1]["data"]


def test_code_keeps_the_prose_in_the_output_and_says_if_it_does_not_parse(notebook: Notebook):
    cell = notebook.run(notebook.generate("code", "-f code -o answer"))
    assert cell.result["text/markdown"].startswith("Prose.\n\n```python\nx = 6 * 7\n")
    assert notebook.value("str(answer.code)") == "x = 6 * 7\n\ny = x\n"
    broken = notebook.run(notebook.generate("broken", "-f code"))
    assert "The Python code does not parse: line 1: '(' was never closed." in json.dumps(
        data(broken), ensure_ascii=False
    )


def test_text_is_shown_plain(notebook: Notebook):
    cell = notebook.run(notebook.generate("plain", "-f text -o answer"))
    assert cell.result["text/markdown"].startswith("~~~~~~~~text\n*not emphasis*\n~~~~~~~~\n")
    assert notebook.value("answer.text") == "*not emphasis*"


def test_math_is_asked_for_shown_and_saved_as_math(notebook: Notebook, server: Server):
    cell = notebook.run(notebook.generate("math", "-f math -o answer"))
    (system, _) = server.thread.requests[-1].body["messages"]
    assert system["content"].startswith("Answer with LaTeX mathematics")
    assert cell.result["text/markdown"].startswith("$$\n\\frac{a_1}{b} * c*\n$$\n")
    assert notebook.value("answer.text") == TEXTS["math"]


LONG = """
import tracemalloc
from IPython.display import display
from nbstream.growing_text import GrowingText
from nbstream.notebook.displayed import show
text = GrowingText('größe "🙂\\n' * 150_000)
handle = display({"text/plain": "live"}, raw=True, display_id=True)
tracemalloc.start()
show({"text/plain": "short"}, text, lambda data: handle.update(data, raw=True))
print(tracemalloc.get_traced_memory()[1] < 2 * text.utf8_bytes)
tracemalloc.stop()
"""


def test_a_long_answer_replaces_the_live_output_in_little_more_memory_than_its_own(
    notebook: Notebook,
):
    cell = notebook.run(LONG)
    assert cell.contents("stream")[-1]["text"] == "True\n"
    assert data(cell) == {"text/plain": "short", "text/markdown": 'größe "🙂\n' * 150_000}


def test_json_that_is_none_is_said(notebook: Notebook):
    fine = notebook.run(notebook.generate("json", "-f json"))
    assert "is not JSON" not in json.dumps(data(fine))
    wrong = notebook.run(notebook.generate("plain", "--format json"))
    assert "The answer is not JSON: line 1, column 1" in json.dumps(data(wrong))


CITY = """
from dataclasses import dataclass
@dataclass
class City:
    name: str
    rivers: list[str]
"""


def test_a_schema_of_the_notebook_makes_the_value_an_instance(notebook: Notebook):
    notebook.run(CITY)
    cell = notebook.run(notebook.generate("bare", "--schema City -o city"))
    assert notebook.value("[repr(city.value), city.status]") == [
        "City(name='Ulm', rivers=['Iller'])",
        "complete",
    ]
    shown = '{\n  "name": "Ulm",\n  "rivers": [\n    "Iller"\n  ]\n}'
    assert cell.result["text/markdown"].startswith(f"~~~~~~~~json\n{shown}\n~~~~~~~~\n")
    fenced = notebook.run(notebook.generate("city", "--schema City -o city"))
    assert notebook.value("city.value.rivers") == ["Iller"]
    assert "is not JSON" not in json.dumps(data(fenced))


def test_a_schema_goes_with_the_background_and_a_dry_run_shows_it(notebook: Notebook):
    notebook.run(CITY)
    notebook.run(notebook.generate("bare", "--schema City --background -o city"))
    wanted = ["City(name='Ulm', rivers=['Iller'])", {"name": "Ulm", "rivers": ["Iller"]}]
    assert notebook.value("[repr(city.result().value), city.partial]") == wanted
    dry = notebook.run(notebook.generate("bare", "--schema City --dry-run"))
    assert "── schema City\n{" in dry.printed
    assert '"required": ["name", "rivers"]' in dry.printed


def test_what_does_not_fit_is_asked_for_again_and_fails_with_its_text_kept(notebook: Notebook):
    notebook.run(CITY)
    cell = notebook.run(notebook.generate("json", "--schema list[City] --schema-tries 1 -o city"))
    assert cell.reply["status"] == "error"
    said = json.dumps(data(cell))
    assert "Asked again with that (1 of 1)." in said
    assert "The answer does not fit list[City]: Input should be a valid" in said
    kept = "[city.status, city.error_code, city.text, city.value, city.partial]"
    wanted = ["failed", "invalid-answer", '{"a": [1, 2]}', None, {"a": [1, 2]}]
    assert notebook.value(kept) == wanted


def test_html_is_a_sandboxed_frame(notebook: Notebook):
    cell = notebook.run(notebook.generate("html", "-f html"))
    assert cell.result["text/html"].startswith('<iframe sandbox=""')


def test_insert_puts_the_python_code_into_a_new_cell_and_replace_into_this_one(notebook: Notebook):
    for flag, replaces in (("--insert", False), ("--replace", True)):
        (payload,) = notebook.run(notebook.generate("code", flag)).reply["payload"]
        assert payload["source"] == "set_next_input"
        assert payload["text"] == "x = 6 * 7\n\ny = x"
        assert payload["replace"] is replaces


def test_where_there_is_no_python_code_nothing_is_inserted_and_that_is_said(notebook: Notebook):
    cell = notebook.run(notebook.generate("shell", "--insert"))
    assert cell.reply["payload"] == []
    assert cell.printed == "Nothing was inserted: there is no Python code in the answer.\n"


def until_updated(notebook: Notebook, count: int) -> list[dict[str, Any]]:
    """The next so many static results, whichever cell's they are."""
    updates: list[dict[str, Any]] = []
    while len(updates) < count:
        message = notebook.client.get_iopub_msg(timeout=TIMEOUT_S)
        if message["msg_type"] == "update_display_data":
            updates.append(message["content"])
    return updates


def test_background_cells_end_at_once_and_each_output_has_its_own_result(
    notebook: Notebook, server: Server
):
    first = notebook.run(notebook.generate("slow", "--background -o slow"))
    second = notebook.run(notebook.generate("slower", "--background"))
    displays: list[dict[str, Any]] = []
    for cell in (first, second):
        assert cell.reply["status"] == "ok"
        (shown,) = cell.contents("display_data")
        assert WIDGET in shown["data"]
        displays.append(shown["transient"])
    (out,) = second.contents("execute_result")
    assert "openai-chat/slower" in out["data"]["text/plain"]
    notebook.run("slower = _")
    assert notebook.value("[g.model for g in nbstream.running]") == [
        "openai-chat/slow",
        "openai-chat/slower",
    ]
    server.go["slower"].set()
    (update,) = until_updated(notebook, 1)
    assert update["transient"] == displays[1]
    assert update["data"]["text/markdown"].startswith("Slower.\n\n")
    assert WIDGET not in update["data"]
    server.go["slow"].set()
    assert notebook.value("[slow.result().text, (await slow).status, slow.status]") == [
        "Slow.",
        "complete",
        "complete",
    ]
    assert notebook.value("[slower.text, list(nbstream.running)]") == ["Slower.", []]


def test_a_background_generation_can_be_cancelled_and_keeps_what_came(
    notebook: Notebook, server: Server
):
    notebook.run(notebook.generate("slow", "--background -o slow --chat background"))
    notebook.run("import asyncio\nwhile not slow.text: await asyncio.sleep(0)\nslow.cancel()")
    assert notebook.value("[slow.result().status, slow.text]") == ["cancelled", "Slow."]
    talk = "nbstream.conversations['background'].history.exchanges"
    assert notebook.value(f"[(e.answer, e.cut) for e in {talk}]") == [["Slow.", True]]


def test_the_result_comes_with_the_cell_that_waits_as_nbclient_needs_it(
    notebook: Notebook, server: Server
):
    begun = notebook.run(notebook.generate("slow", "--background -o slow"))
    sent = notebook.client.execute("slow.result()")
    while notebook.client.get_iopub_msg(timeout=TIMEOUT_S)["msg_type"] != "execute_input":
        pass
    server.go["slow"].set()
    cell = notebook.ended(sent)
    (update,) = cell.contents("update_display_data")
    assert update["transient"] == begun.contents("display_data")[0]["transient"]


def test_an_interrupt_of_the_wait_leaves_the_generation_going(notebook: Notebook, server: Server):
    notebook.run(notebook.generate("slow", "--background -o slow"))
    sent = notebook.client.execute(TOLD_WHEN_IT_WAITS + "slow.result()")
    while True:
        message = notebook.client.get_iopub_msg(timeout=TIMEOUT_S)
        if "waits" in message["content"].get("text", ""):
            break
    notebook.manager.interrupt_kernel()
    cell = notebook.ended(sent)
    assert "the generation goes on in the background" in cell.traceback
    with_timeout = notebook.run("slow.result(0)")
    assert "has not ended within 0 seconds" in with_timeout.traceback
    server.go["slow"].set()
    assert notebook.value("slow.result().text") == "Slow."


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ("--schema nowhere", "there is no such variable and no such file"),
        ("--schema json.nothing", "there is no such variable"),
        ("--schema int --schema-tries -1", "schema_tries must be a whole number"),
        ("--schema int -f code", "leave out format 'code'"),
        ("-f yaml", "invalid choice: 'yaml'"),
        ("--insert --replace", "choose one"),
        ("--insert --background", "leave one out"),
    ],
)
def test_a_mistake_is_one_sentence(notebook: Notebook, flags: str, sentence: str):
    cell = notebook.run(notebook.generate("code", flags))
    assert sentence in cell.printed + cell.traceback
    assert (cell.printed + cell.traceback).count("\n") <= 1


RUNAWAY_CHECKS = """
import threading
from typing import Annotated
import pydantic
pattern = {"pattern": "^(a+)+$"}
waits = Annotated[str, pydantic.AfterValidator(lambda text: threading.Event().wait())]
"""


@pytest.mark.parametrize("schema", ["pattern", "waits"])
def test_an_interrupt_ends_a_check_of_the_answer_and_keeps_its_text(
    schema: str, notebook: Notebook
):
    notebook.run(RUNAWAY_CHECKS)
    sent = notebook.client.execute(
        notebook.generate("runaway", f"--schema {schema} -o answer --max-seconds 100")
    )
    while True:  # until its text is on the page
        message = notebook.client.get_iopub_msg(timeout=TIMEOUT_S)
        if "aaaa!" in json.dumps(message["content"]):
            break
    notebook.manager.interrupt_kernel()
    cell = notebook.ended(sent)
    assert cell.traceback.startswith("Interrupted: the generation was cancelled")
    assert notebook.value("[answer.text, answer.status]") == [TEXTS["runaway"], "cancelled"]
