"""A key that is easy to recognise goes into every part, and is found in nothing that comes out.

The servers here echo the key in their errors, whole and in pieces, as real ones do.
"""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nbstream import api
from nbstream.generation import Generation
from nbstream.recording import Recorder
from nbstream.sinks.saved import mimebundle
from nbstream.sinks.saved_frames import saved_frames
from nbstream.sinks.tee import tee
from nbstream.sinks.terminal import terminal_sink
from tests.answers import DROP, Answer, Received, Step
from tests.kernels import running_kernel
from tests.loopback import Loopback, LoopbackThread
from tests.providers.adapters import ADAPTERS, KEY, Adapter
from tests.speaking import framed

ECHO = f"Wrong key {KEY} ({KEY[:12]}****), Authorization: Bearer {KEY}, see https://x.y/?key={KEY}"
PIECES = (KEY, KEY[:12], KEY[-8:])
STATUSES = (400, 401, 402, 403, 404, 413, 429, 500, 529)
ENDS = ("whole", "dropped", "error", "nonsense", "not-utf-8", "unmarked", "page", "closed")
MODES = (*map(str, STATUSES), *ENDS)
TIMEOUT_S = 60


def answer(adapter: Adapter | None, mode: str, path: str) -> Answer:
    """The server's answer in that mode; `adapter` knows how its protocol tells errors inside."""
    error = {"type": "error", "error": {"type": "echo", "message": ECHO}}
    if mode.isdigit():
        return Answer.json(error, int(mode), x_request_id="req_1")
    before, spoken, after = framed(path, ["One ", "two."])
    said = [before, *spoken]
    inside = adapter.error_inside("api_error", ECHO) if adapter else b""
    junk = adapter.nonsense(json.dumps(ECHO).encode()) if adapter else b""
    broken = adapter.nonsense(b"\xff" + ECHO.encode()) if adapter else b""
    steps: dict[str, Sequence[Step]] = {
        "whole": [*said, after],
        "dropped": [*said, DROP],
        "error": [*said, inside],
        "nonsense": [*said, junk, after],
        "not-utf-8": [*said, broken, after],
        "unmarked": said,
    }
    if mode == "page":
        return Answer([ECHO.encode()], headers={"content-type": "text/html"})
    if mode == "closed":
        return Answer([DROP], silent=True)
    return Answer(steps[mode])


def assert_no_key(where: str, *told: object) -> None:
    for each in told:
        text = each if isinstance(each, str) else repr(each)
        for piece in PIECES:
            assert piece not in text, f"{where}: …{text[max(0, text.find(piece) - 200) :][:400]}"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("adapter", ADAPTERS, ids=str)
async def test_no_key_in_anything_a_generation_leaves(
    adapter: Adapter, mode: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    screen, status = io.StringIO(), io.StringIO()
    recording = tmp_path / "stream.ndjson"
    async with Loopback(script=lambda received: answer(adapter, mode, received.path)) as server:
        url = f"{server.url}/v1" if adapter.name.startswith("openai") else server.url
        session = api.prepare(
            "Hi", model=f"{adapter}/m", base_url=url, api_key=KEY, retries=0, on_drop="stop"
        )
        with terminal_sink(screen, status=status) as terminal:
            await session.run(tee(terminal, Recorder(recording)))
        assert any(KEY in value for value in server.requests[0].headers.values())
    result = Generation.of(session.transcript)
    assert result.status == "complete" or mode != "whole", result
    assert_no_key("result", result, [getattr(result, name) for name in Generation.__slots__])
    assert_no_key("saved", mimebundle(result), saved_frames(session.transcript))
    assert_no_key("screen", screen.getvalue(), status.getvalue())
    assert_no_key("recording", recording.read_text(encoding="utf-8"))
    assert_no_key("log", *(vars(record) for record in caplog.records))
    try:
        result.raise_for_status()
    except Exception as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert_no_key("error", "".join(shown.format()), vars(error))


def script(received: Received) -> Answer:
    return answer(BY_PATH[received.path.rpartition("/")[2]], received.body["model"], received.path)


BY_PATH = {
    "completions": next(each for each in ADAPTERS if each.name == "openai-chat"),
    "messages": next(each for each in ADAPTERS if each.name == "anthropic"),
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackThread]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with LoopbackThread(script=script) as server:
        yield server
        sent = [set(received.headers.values()) for received in server.requests]
        assert sent
        assert all(values & {KEY, f"Bearer {KEY}"} for values in sent)


def cells(url: str, modes: Sequence[str]) -> list[str]:
    return [
        f"%%generate {provider}/{mode} --base-url {url}/v1 --api-key-name {variable} --retries 0"
        f" -o answer {flags}\nHi"
        for mode in modes
        for provider, variable, flags in (
            ("openai-chat", "OPENAI_API_KEY", "--record stream.ndjson"),
            ("anthropic", "ANTHROPIC_API_KEY", ""),
        )
    ]


PYTHON = (
    """
import logging, nbstream
from nbstream import providers
logging.getLogger("nbstream").setLevel(logging.DEBUG)
print(answer, repr(answer), nbstream.last.error)
for name in ("openai", "openai-chat", "anthropic"):
    made = providers.create(name)
    print(made, vars(made))
""",
    """
%xmode Verbose
answer.raise_for_status()
""",
    """
import os
(await nbstream.generate("Hi", model="openai-chat/500", base_url={url!r}, retries=0,
    api_key=os.environ["OPENAI_API_KEY"])).raise_for_status()
""",
    """
nbstream.providers.create("openai-chat", base_url="no address").stream(None)
""",
)


def test_no_key_in_any_message_of_a_kernel(server: LoopbackThread, tmp_path: Path) -> None:
    messages: list[Any] = []
    with running_kernel("nbstream-7", tmp_path) as (_, client):
        run = ["import logging; logging.basicConfig(level=logging.DEBUG)\n%load_ext nbstream"]
        run += cells(server.url, ("whole", "401", "500", "dropped", "error", "nonsense"))
        run += [code.replace("{url!r}", repr(f"{server.url}/v1")) for code in PYTHON]
        statuses: list[str] = []
        for code in run:
            sent = client.execute(code)
            while True:
                message = client.get_iopub_msg(timeout=TIMEOUT_S)
                messages.append(message)
                ours = message["parent_header"].get("msg_id") == sent
                if ours and message["content"].get("execution_state") == "idle":
                    break
            messages.append(client.get_shell_msg(timeout=TIMEOUT_S))
            statuses.append(messages[-1]["content"]["status"])
    assert statuses[:3] == ["ok"] * 3, messages[-3:]
    assert "error" in statuses[3:]
    assert any(message["msg_type"] == "comm_msg" for message in messages)
    for message in messages:
        assert_no_key(message["msg_type"], json.dumps(message, default=repr))
    assert_no_key("recording", (tmp_path / "stream.ndjson").read_text(encoding="utf-8"))


def test_no_key_in_what_a_notebook_run_prints_and_writes(
    server: LoopbackThread, tmp_path: Path
) -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell(code)
        for code in ("%load_ext nbstream", *cells(server.url, ["whole", "401"]))
    ]
    written = tmp_path / "notebook.ipynb"
    nbformat.write(notebook, written)
    saved, page = tmp_path / "out.ipynb", tmp_path / "out.html"
    ran = subprocess.run(
        [sys.executable, "-m", "nbstream.cli", "run", str(written), "--output", str(saved),
         "--html", str(page)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")},
    )  # fmt: skip
    assert "refused the API key" in ran.stdout + ran.stderr
    assert "One two." in ran.stdout
    assert_no_key("printed", ran.stdout, ran.stderr)
    assert_no_key("written", *(path.read_text(encoding="utf-8") for path in (saved, page)))
