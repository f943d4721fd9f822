"""`%%generate` in terminal IPython, run as a person without a notebook runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nbstream import wire
from nbstream.events import End, Frame, Start, TextDelta

ANSWER = "Here:\n```python\nprint('héllo')\n```\n"
Ipython = Callable[[str], str]


@pytest.fixture
def ipython(tmp_path: Path) -> Ipython:
    """Runs cells (separated by a line of dashes) in one IPython whose folder has the recording
    `answer.ndjson`; what it printed, both streams together."""
    frames = [
        Frame(0, 0.0, Start("replay/answer.ndjson", 1700000000.0)),
        *(Frame(n, 0.0, TextDelta(c)) for n, c in enumerate(ANSWER, start=1)),
        Frame(len(ANSWER) + 1, 0.0, End("complete", "stop")),
    ]
    lines = (json.dumps(wire.to_json(frame)) for frame in frames)
    (tmp_path / "answer.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = ("_API_KEY", "NBSTREAM_MODEL")
    env = {name: value for name, value in os.environ.items() if not name.endswith(settings)}
    env |= {"IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONUTF8": "1"}

    def run(cells: str) -> str:
        code = (
            "from IPython.terminal.interactiveshell import TerminalInteractiveShell\n"
            "shell = TerminalInteractiveShell.instance(simple_prompt=True, colors='nocolor')\n"
            "shell.run_line_magic('load_ext', 'nbstream')\n"
            f"for cell in {cells.split('---')!r}:\n"
            "    shell.run_cell(cell.strip('\\n') + '\\n')\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


def test_the_text_is_printed_and_the_answer_is_in_its_variable(ipython: Ipython) -> None:
    printed = ipython(
        "%%generate replay/answer.ndjson -o answer\nHello\n---\n"
        "import nbstream; print(answer.status, repr(answer.code[0]), answer is nbstream.last)"
    )
    assert printed.startswith(ANSWER)
    assert "complete \"print('héllo')\\n\" True" in printed


def test_a_stream_recorded_by_a_cell_is_replayed_as_it_was(ipython: Ipython) -> None:
    printed = ipython(
        "%%generate replay/answer.ndjson -o first --record again.ndjson\nHello\n---\n"
        "%%generate replay/again.ndjson -o again\nHello\n---\n"
        "print('the same:', again.text == first.text)"
    )
    assert printed.count(ANSWER) == 2
    assert "the same: True" in printed


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%%generate --nonesuch\nHello", "`%%generate --help` explains every flag"),
        ("%%generate replay/answer.ndjson\n \n ", "The prompt is empty"),
        ("%%generate nonesuch/model\nHello", "nonesuch"),
        ("%%generate replay/nonesuch.ndjson\nHello", "nonesuch.ndjson"),
        ("%%generate anthropic/some-model\nHello", "ANTHROPIC_API_KEY"),
        ("%%generate replay/answer.ndjson -o not-a-name\nHello", "not-a-name"),
        ("%%generate replay/answer.ndjson --max-tokens many\nHello", "many"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_without_a_traceback(
    ipython: Ipython, cell: str, sentence: str
) -> None:
    printed = ipython(f"{cell}\n---\nprint('still here')")
    assert sentence in printed
    assert "Traceback" not in printed
    assert printed.endswith("still here\n")
