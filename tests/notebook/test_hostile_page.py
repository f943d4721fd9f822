"""A page that sends a real kernel everything by hand: nothing breaks, and nothing changes that its
owner did not turn on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.session import DELIM

from tests.kernels import KERNELS, running_kernel
from tests.loopback import Answer, LoopbackThread, Received
from tests.speaking import Speech

TIMEOUT_S = 60
MESSAGES = 1000
EVERY = 50
WIDGET = "application/vnd.jupyter.widget-view+json"
ENDLESS = [f"word{n} " for n in range(100_000)]
PNG = b"\x89PNG\r\n\x1a\n broken"
CONVERSATION = ("generate", "retry", "edit", "delete", "clear", "undo", "cancel")

OWNER = """
import nbstream, os, json
os.environ["HOSTILE_TEST"] = "an-open-secret"
gen = nbstream.Generator(
    model="openai-chat/one", base_url={url!r}, api_key="k", system="Hidden.", temperature=0.5,
    show=["model", "temperature", "attach"],
)
first = {{name: repr(getattr(gen, name)) for name in gen.traits() if name[:1] == "_" or name in (
    "layout", "keys", "system", "max_tokens", "top_p", "effort", "seed", "tooltip", "tabbable")}}
first.pop("_heard"); first.pop("_property_lock", None)
gen
"""
STANDS = """
now = {name: repr(getattr(gen, name)) for name in first}
changed = {name: (first[name], now[name]) for name in first if first[name] != now[name]}
print(json.dumps([gen.model_id, changed, gen.model, gen.temperature]))
"""


@pytest.fixture
def server() -> Iterator[LoopbackThread]:
    def script(request: Received) -> Answer:
        if request.body and request.body["model"] == "endless":
            return Speech(tokens=ENDLESS, tokens_per_s=50).answer(request.path)
        if request.path.endswith("/models"):
            return Answer.json({"object": "list", "data": [{"id": "one"}, {"id": "two"}]})
        return Speech(tokens=["Some ", "words."], tokens_per_s=None).answer(request.path)

    with LoopbackThread(script=script) as server:
        yield server


class Page:
    """A client of the kernel, with all that it was ever sent."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.seen: list[dict[str, Any]] = []

    def send(self, kind: str, content: Any, buffers: Sequence[bytes] = ()) -> None:
        # NaN and lone surrogates too, which a client's own session would mend
        self.raw(kind, json.dumps(content), buffers)

    def raw(self, kind: str, content: str, buffers: Sequence[bytes] = ()) -> None:
        session: Any = self.client.session
        parts = session.serialize(session.msg(kind, {}))
        at = parts.index(DELIM) + 1
        parts[-1] = content.encode()
        parts[at] = session.sign(parts[at + 1 :])
        channel: Any = self.client.shell_channel
        channel.socket.send_multipart([*parts, *buffers])

    def widget(self, id: str, data: Any, buffers: Sequence[bytes] = ()) -> None:
        self.send("comm_msg", {"comm_id": id, "data": data}, buffers)

    def next(self) -> dict[str, Any]:
        message = self.client.get_iopub_msg(timeout=TIMEOUT_S)
        self.seen.append(message)
        return message

    def run(self, code: str) -> str:
        """What the owner's own cell prints, which has to succeed."""
        sent, printed = self.client.execute(code), ""
        while True:
            message = self.next()
            if message["parent_header"].get("msg_id") != sent:
                continue
            if message["msg_type"] == "stream":
                printed += message["content"]["text"]
            if message["content"].get("execution_state") == "idle":
                return printed

    @property
    def tracebacks(self) -> list[str]:
        kinds = ("error", "stream")
        texts = [json.dumps(m["content"]) for m in self.seen if m["msg_type"] in kinds]
        return [text for text in texts if "traceback" in text.lower()]


def value(random: Random) -> Any:
    return random.choice(
        (
            None, True, -1, 0, 5, 10**30, 1.5, float("nan"), float("inf"), "", "x", "x" * 20_000,
            "\x00\u202e\ud83d", [], {}, [None], {"a": [1]}, json.loads("[" * 300 + "]" * 300),
            "replay//dev/zero", "replay//etc/passwd", "ollama/m", "local", "a | b", "t1", "u1",
            "{os.environ['HOSTILE_TEST']}", "../../etc/passwd",
        )
    )  # fmt: skip


TRAITS = (
    *("model", "system", "max_tokens", "temperature", "top_p", "effort", "seed", "status", "text"),
    *("progress", "value", "_esm", "_css", "_model_module", "_model_name", "_view_module", "keys"),
    *("_view_name", "_view_count", "layout", "_anywidget_id", "_heard", "tooltip", "tabbable"),
    *("comm", "_dom_classes", "_model_module_version", "api_key", "base_url", "_options", "log"),
)
KINDS = (
    *("hello", "chunk", "stream", "events", "markdown", "models", "look", "upload", "set"),
    *(*CONVERSATION, "detach", "shown", "released", "sync", "record", "eval", "comm"),
)
# Whoever sees a cell that runs may cancel it.
UNENDING = tuple(kind for kind in KINDS if kind != "cancel")
FIELDS = ("id", "prompt", "name", "value", "after", "message", "size", "offset", "ask", "runtime")


def message(random: Random, kinds: tuple[str, ...]) -> tuple[Any, list[bytes]]:
    """The data of one message to a widget, and its buffers."""
    buffers = random.choice(([], [], [b"x"], [b"", b"y"], [PNG]))
    match random.randrange(8):
        case 0:
            return value(random), buffers
        case 1:
            return {"method": random.choice(("x", "request_state", None, 5))}, buffers
        case 2 | 3:
            named = random.sample(TRAITS, random.randrange(4))
            update = {"method": "update", "state": {name: value(random) for name in named}}
            return {**update, "buffer_paths": value(random)}, buffers
        case 4:
            size = random.choice((-1, 0, 1, 2, 15, 10**8, float("nan")))
            upload = {"type": "upload", "id": value(random), "name": "a.ipynb", "size": size}
            return {"method": "custom", "content": {**upload, "offset": 0}}, buffers
        case _:
            fields = random.sample(FIELDS, random.randrange(len(FIELDS)))
            content = {name: value(random) for name in fields}
            kind = random.choice((*kinds, value(random)))
            return {"method": "custom", "content": {**content, "type": kind}}, buffers


def one(random: Random, page: Page, id: str, kinds: tuple[str, ...]) -> None:
    match random.randrange(25):
        case 0:
            page.raw("comm_msg", "[" * 50_000 + "]" * 50_000)
        case 1:
            deep = "[" * 50_000 + "]" * 50_000
            page.raw("comm_msg", f'{{"comm_id": "{id}", "data": {deep}}}')
        case 2:
            target = random.choice(("nonesuch", "os.system", "nbstream", "jupyter.widget.version"))
            foreign: dict[str, Any] = {
                "comm_id": f"f{random.random()}",
                "target_name": target,
                "data": {},
            }
            page.send("comm_open", {**foreign, "target_module": "antigravity"})
        case 3:
            page.send("comm_info_request", {"target_name": "jupyter.widget"})
        case _:
            page.widget(id, *message(random, kinds))


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_thousand_messages_leave_a_generator_and_the_kernel_as_their_owner_made_them(
    kernel: str, server: LoopbackThread, tmp_path: Path
):
    random = Random(10)
    with running_kernel(kernel, tmp_path) as (manager, client):
        page = Page(client)
        page.run(OWNER.format(url=f"{server.url}/v1"))
        id = json.loads(page.run(STANDS))[0]
        for number in range(MESSAGES):
            one(random, page, id, KINDS)
            if number % EVERY == 0:
                page.run("pass")  # alive, and unblocked
        _, changed, model, temperature = json.loads(page.run(STANDS))
        assert changed == {}
        assert model.partition("/")[0] == "openai-chat"
        assert temperature is None or 0 <= temperature <= 100
        assert page.tracebacks == []
        page.run("gen.cancel()\nfor handle in nbstream.running: handle.result(30)")
        # What a page may attach, it may leave behind.
        page.run(
            "for u in (*gen._talk.uploads.whole, *gen._talk.uploads.arriving): gen.detach(u.id)"
        )
        whole = page.run("print(gen.generate('And now?').result(30).status)")
        assert whole == "complete\n", page.seen[-3:]
        assert manager.is_alive()
        seen = [m["content"] for m in page.seen if m["msg_type"] != "execute_input"]
        sent = json.dumps(seen, default=str)
        assert "an-open-secret" not in sent
        assert "Hidden." not in sent
        asked = json.dumps([request.body for request in server.requests])
        assert "an-open-secret" not in asked


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_thousand_messages_to_a_running_cells_output_neither_end_nor_break_it(
    kernel: str, server: LoopbackThread, tmp_path: Path
):
    random = Random(11)
    with running_kernel(kernel, tmp_path) as (manager, client):
        page = Page(client)
        page.run("%load_ext nbstream")
        flags = f"--base-url {server.url}/v1"
        sent = client.execute(f"%%generate openai-chat/endless {flags}\nGo on.")
        while True:
            shown: dict[str, Any] = page.next()["content"].get("data", {})
            if WIDGET in shown:
                break
        id = str(shown[WIDGET]["model_id"])
        page.widget(id, {"method": "custom", "content": {"type": "hello", "runtime": ""}})
        for _ in range(MESSAGES):
            one(random, page, id, UNENDING)
        page.widget(id, {"method": "custom", "content": {"type": "cancel"}})
        while True:
            ended = page.next()
            idle = ended["content"].get("execution_state") == "idle"
            if idle and ended["parent_header"].get("msg_id") == sent:
                break
        assert page.run("print(nbstream.last.status)").strip() == "cancelled"
        errors = {m["content"]["ename"] for m in page.seen if m["msg_type"] == "error"}
        assert errors <= {"Cancelled"}
        assert all('"Cancelled"' in text for text in page.tracebacks)
        assert manager.is_alive()
