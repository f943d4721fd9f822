"""`%%generate` in a terminal IPython that a person types into, and interrupts with Ctrl-C."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.loopback import STALL, Answer, LoopbackThread
from tests.speaking import chat_chunks

TIMEOUT_S = 30
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

PROMPT = r"In \[\d+\]: "


def answer(_: object) -> Answer:
    before, spoken, _after = chat_chunks(["# Head\n\n", "Some *text*", " so far"])
    return Answer([before, *spoken, STALL])


@pytest.fixture
def ipython(tmp_path: Path) -> Iterator[pexpect.spawn[str]]:
    """A terminal IPython at its prompt, with the extension loaded."""
    env = {**os.environ, "IPYTHONDIR": str(tmp_path), "TERM": "xterm", "PYTHONUTF8": "1"}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor"],
        cwd=str(tmp_path),
        env=env,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        dimensions=(40, 100),
    )
    try:
        child.expect(PROMPT)
        child.sendline("%load_ext nbstream")
        child.expect(PROMPT)
        yield child
    finally:
        child.close(force=True)


def test_ctrl_c_cancels_in_one_line_and_keeps_what_came(ipython: pexpect.spawn[str]):
    with LoopbackThread(script=answer) as server:
        ipython.sendline(f"%%generate openai-chat/m --base-url {server.url}/v1 -o answer")
        ipython.sendline("Hi\n\n")
        ipython.expect("so far")
        ipython.expect("Ctrl-C cancels")
        ipython.sendintr()
        ipython.expect(PROMPT)
        shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", ipython.before or "")
        assert "openai-chat/m · Cancelled · " in shown
        assert "Interrupted: the generation was cancelled" in shown
        assert "Traceback" not in shown
        server.wait_closed(server.requests[0])
    ipython.sendline("import nbstream; print([nbstream.last.status, answer.text])")
    ipython.expect_exact("['cancelled', '# Head\\n\\nSome *text* so far']")
