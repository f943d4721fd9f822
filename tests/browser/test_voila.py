"""A notebook as a page of its own: Voila runs its cells, then shows what they left or still do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import BrowserContext, expect

from tests.browser.provider import ENDLESS
from tests.browser.serving import serving
from tests.kernels import write_kernelspecs
from tests.loopback import Answer, LoopbackThread, Received
from tests.speaking import Speech

PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def answer(request: Received) -> Answer:
    endless = request.body["model"] == "endless"
    tokens = ENDLESS if endless else ["Some **bold** words.\n"]
    return Speech(tokens=tokens, tokens_per_s=50).answer(request.path)


@contextmanager
def voila(notebook: Path, folder: Path) -> Iterator[str]:
    """Voila's page of the notebook."""
    write_kernelspecs(folder / "data")
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    environment = {name: str(folder / place) for name, place in places.items()}
    command = ("voila", str(notebook), "--no-browser", "--Voila.ip=127.0.0.1")
    with serving(command, folder, "/voila/files/nonesuch", environment) as url:
        yield f"{url}/"


def test_an_answer_is_static_one_in_the_background_is_live_is_cancelled_and_stays(
    context: BrowserContext, tmp_path: Path
) -> None:
    with LoopbackThread(script=answer) as server:

        def cell(how: str, flags: str = "") -> str:
            return (
                f"%%generate openai-chat/{how} --base-url {server.url}/v1 {flags}\nSay something."
            )

        sources = ["%load_ext nbstream", cell("whole"), cell("endless", "--background -o last")]
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources],
            metadata={"kernelspec": {"name": "nbstream-7", "display_name": "nbstream-7"}},
        )
        nbformat.write(notebook, tmp_path / "page.ipynb")
        with voila(tmp_path / "page.ipynb", tmp_path) as address:
            page = context.new_page()
            heard: list[str | bytes] = []
            page.on(
                "websocket", lambda ws: ws.on("framereceived", lambda frame: heard.append(frame))
            )
            page.goto(address, timeout=60_000)
            expect(page.locator("strong")).to_have_text("bold")
            live = page.locator(".nbstream")
            expect(live).to_have_attribute("data-status", "streaming")
            expect(live.get_by_role("log")).to_contain_text("word5 ")
            live.get_by_role("button", name="Cancel").click()
            expect(live).to_have_attribute("data-status", "cancelled")
            server.wait_closed(server.requests[1])
            while not any("update_display_data" in str(frame) for frame in heard):
                page.wait_for_timeout(20)
            page.evaluate(PAINTED)
            # Voila takes no update of a cell that has ended: the live output is what there is
            expect(page.locator(".nbstream [role=log]")).to_contain_text("word0 word1 ")
            page.close()


OWNER = """
import os
import nbstream
os.environ["HOSTILE_TEST"] = "an-open-secret"
gen = nbstream.Generator(
    model="openai-chat/whole", base_url={url!r}, system="Hidden words.", max_tokens=77, show=[]
)
gen
"""
# A visitor with the page's own address, who sends the kernel what no page of nbstream's would.
HOSTILE = """async ([url, messages]) => {
  const socket = new WebSocket(url);
  const heard = (window.heard = []);
  await new Promise((opened, failed) => { socket.onopen = opened; socket.onerror = failed; });
  const done = new Promise((settled) => {
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return;
      heard.push(data);
      const { parent_header, msg_type } = JSON.parse(data);
      if (parent_header.msg_id === "last" && msg_type === "comm_info_reply") settled();
    };
  });
  const send = (id, type, content) => {
    const header = { msg_id: id, msg_type: type, session: "visitor", username: "", version: "5.3",
                     date: new Date().toISOString() };
    const rest = { parent_header: {}, metadata: {}, channel: "shell", buffers: [] };
    socket.send(JSON.stringify({ header, ...rest, content }));
  };
  messages.forEach(([type, content], number) => send(`v${number}`, type, content));
  send("last", "comm_info_request", { target_name: "jupyter.widget" });
  await done;
  return heard;
}"""


def by_hand(comm: str) -> list[tuple[str, dict[str, Any]]]:
    """What a hostile page sends to each widget that there is."""
    contents: list[Any] = [
        *({"type": "set", "name": name, "value": "x"} for name in ("system", "api_key", "model")),
        {"type": "set", "name": "max_tokens", "value": 1_000_000},
        {"type": "set", "name": "model", "value": "replay//etc/passwd"},
        {"type": "upload", "id": "u", "name": "a", "size": -1, "offset": 0},
        {"type": "upload", "id": "u", "name": "a", "size": 5, "offset": 0},
        {"type": "events", "id": "t1", "after": -1},
        {"type": "models"},
        {"type": "generate"},
        {"type": ["generate"], "prompt": None},
        None,
        [],
    ]
    states: list[Any] = [
        {"model": 5},
        {"model": "anthropic/x", "max_tokens": 1_000_000, "system": "x"},
        {"_esm": "throw 1", "_model_module": "x", "keys": [], "status": "x", "_heard": {}},
    ]
    asked = {"type": "generate", "prompt": "{os.environ['HOSTILE_TEST']} {gen.system}", "ask": "a"}
    data = [
        *({"method": "custom", "content": content} for content in contents),
        *({"method": "update", "state": state} for state in states),
        {"method": None},
        {},
        [],
        {"method": "custom", "content": asked},
    ]
    return [("comm_msg", {"comm_id": comm, "data": each}) for each in data]


def test_a_hostile_visitor_of_a_published_generator_gets_answers_and_nothing_else(
    context: BrowserContext, tmp_path: Path
) -> None:
    with LoopbackThread(script=answer) as server:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(OWNER.format(url=f"{server.url}/v1"))],
            metadata={"kernelspec": {"name": "nbstream-7", "display_name": "nbstream-7"}},
        )
        nbformat.write(notebook, tmp_path / "page.ipynb")
        with voila(tmp_path / "page.ipynb", tmp_path) as address:
            page = context.new_page()
            sockets: list[str] = []
            page.on("websocket", lambda socket: sockets.append(socket.url))
            page.goto(address, timeout=60_000)
            widget = page.locator(".nbstream-gen")
            expect(widget.get_by_role("textbox", name="Prompt", exact=True)).to_be_visible()
            for control in ("Attach…", "Parameters", "Events"):
                expect(widget.get_by_role("button", name=control)).to_be_hidden()
            expect(widget.get_by_role("combobox")).to_be_hidden()
            # Not in the page's own session, which a second connection would end.
            url = next(each for each in sockets if "/channels" in each).partition("?")[0]
            code = {"code": "open('pwned', 'w').close()", "silent": False, "stop_on_error": False}
            first = page.evaluate(HOSTILE, [url, [("execute_request", code)]])
            found = [m for m in map(json.loads, first) if m["msg_type"] == "comm_info_reply"]
            comms = list(found[-1]["content"]["comms"])
            sent = [each for comm in comms for each in by_hand(comm)]
            page.evaluate(HOSTILE, [url, sent])
            expect(widget.get_by_role("log")).to_contain_text("bold")
            # The last of the refusals has come when the answer has ended.
            page.wait_for_function("() => window.heard.some((each) => each.includes('complete'))")
            heard = page.evaluate("() => window.heard")
            assert comms
            assert not (tmp_path / "pwned").exists()
            text = "".join(heard)
            for secret in ("an-open-secret", "Hidden words", "Traceback", '"msg_type": "error"'):
                assert secret not in text
            assert "does not let it" in text
            (asked,) = server.requests
            assert asked.body["model"] == "whole"
            assert 77 in asked.body.values()
            assert [each["content"] for each in asked.body["messages"]] == [
                "Hidden words.",
                "{os.environ['HOSTILE_TEST']} {gen.system}",
            ]
            prompt = widget.get_by_role("textbox", name="Prompt", exact=True)
            prompt.fill("And now?")
            prompt.press("Control+Enter")
            expect(widget).to_contain_text("2 answers")
            page.close()
