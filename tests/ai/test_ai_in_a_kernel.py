"""`%%ai`, and what Tab offers, in a real kernel, as a notebook asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

from tests.kernels import running_kernel
from tests.loopback import Answer, LoopbackThread, Received
from tests.speaking import framed

TIMEOUT_S = 60


def spoken(request: Received) -> Answer:
    before, tokens, after = framed(request.path, ["Four ", "words ", "from ", "here."])
    return Answer([before, *tokens, after])


def test_a_notebook_of_jupyter_ai_streams_and_tab_knows_the_rest(tmp_path: Path) -> None:
    with (
        LoopbackThread(script=spoken) as server,
        running_kernel("nbstream-7", tmp_path) as (_manager, client),
    ):
        _run(client, f"%load_ext nbstream.ai\n%env OLLAMA_HOST={server.url}\nscore = 3")
        outputs = _run(client, "%%ai ollama:llama3.2 --max-tokens 20\nWhat is {score}?")
        assert [m for m in outputs if m["msg_type"] == "comm_open"]
        final = [m for m in outputs if m["msg_type"] == "update_display_data"][-1]
        assert "Four words from here." in final["content"]["data"]["text/markdown"]
        _run(client, "%%ai ollama:llama3.2\nAnd then?")
        turns = [turn["content"] for turn in server.requests[-1].body["messages"]]
        assert turns == ["What is 3?", "Four words from here.", "And then?"]

        asked = len(server.requests)
        for typed, completed in (
            ("%%ai ollama/lla", "ollama/llama3.2"),
            ("%%generate --max-to", "--max-tokens"),
            ("%%generate local --with sco", "score"),
            ("%%generate local\nSay {sco", "score"),
            ("%generate hist", "history"),
        ):
            # As JupyterLab asks, with text behind the cursor too.
            for after in ("", "\nmore"):
                reply = _complete(client, typed, after)
                assert completed in reply["matches"], (typed, reply)
                assert completed.startswith(typed[reply["cursor_start"] :])
                assert reply["cursor_end"] == len(typed)
        assert len(server.requests) == asked


def _run(client: BlockingKernelClient, code: str) -> list[dict[str, Any]]:
    """What the cell sent until the kernel was idle; it did not fail."""
    sent = client.execute(code)
    outputs: list[dict[str, Any]] = []
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT_S)
        if message["parent_header"].get("msg_id") != sent:
            continue
        assert message["msg_type"] != "error", message["content"]
        outputs.append(message)
        if message["content"].get("execution_state") == "idle":
            return outputs


def _complete(client: BlockingKernelClient, before: str, after: str) -> dict[str, Any]:
    sent = client.complete(before + after, len(before))
    while True:
        reply = client.get_shell_msg(timeout=TIMEOUT_S)
        if reply["parent_header"].get("msg_id") == sent:
            return reply["content"]
