"""`nbstream run`: what the terminal shows of a notebook's streams is the text of its answers."""

from __future__ import annotations

import asyncio
import io
import json
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
import pytest

from nbstream.errors import NbStreamError
from nbstream.notebook.execute import execute
from nbstream.sinks.terminal import printable
from tests.conformance.test_provider_streams import FILES, framed
from tests.loopback import DROP, Answer, LoopbackThread, Received, Step
from tests.speaking import chat_chunks

# Where no page asks, all so far goes out as a snapshot; in these tests early in each stream.
SETUP = """%load_ext nbstream
import json, os, threading, nbstream
import nbstream.notebook.output as output
output._UNASKED_AFTER_S = 0.05
os.environ |= dict.fromkeys(("ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY"), "key")

def ask(line):
    try:
        get_ipython().run_cell_magic("generate", line, "Hi")
    except Exception:
        pass
"""
TEXT = "Before ```x```, more.\n\n```python\nx = 1\n```\n\nThe last line."
OTHER = "Another answer, which is of two lines.\nNo word of it is in the first one."
HOSTILE = "a\rb \x1b[31mred\x1b[0m \x1b]52;c;aGk=\x07 end"
TEXTS = {"text": TEXT, "other": OTHER, "hostile": HOSTILE, "json": '{"a": [1, 2]}'}


def slow(pieces: Sequence[bytes]) -> Iterator[Step]:
    """Some pieces come before the snapshot, some about its time, some after it."""
    began = time.perf_counter()
    for number, piece in enumerate(pieces):
        yield began + 0.2 * number / len(pieces)
        yield piece


class Script:
    """Answers by the model's name: a text, one that drops at first or for good, a recording."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def __call__(self, request: Received) -> Answer:
        number = re.search(r"recording-(\d+)", json.dumps(request.body) + request.path)
        if number:
            folder, path = FILES[int(number[1])].values
            assert isinstance(folder, str)
            assert isinstance(path, Path)
            lines = path.read_text("utf-8").splitlines()
            whole = re.split(rb"(?<=\n\n)|(?<=\r\n\r\n)", framed(folder, lines))
            return Answer(slow([piece for piece in whole if piece]))
        name, _, how = request.body["model"].partition("-")
        before, spoken, after = chat_chunks(re.findall(r"\S+\s*", TEXTS[name]))
        pieces = [before, *spoken, after]
        if how == "broken" or (how == "retried" and name not in self.seen):
            self.seen.add(name)
            return Answer([*slow(pieces[: len(pieces) // 2]), DROP])
        return Answer(slow(pieces))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with LoopbackThread(script=Script()) as server:
        yield server.url


def run(folder: Path, *cells: str) -> tuple[list[str], nbformat.NotebookNode]:
    """What is printed after the source of each cell, and the notebook; the first cell is SETUP."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in (SETUP, *cells)]
    )
    out = io.StringIO()
    try:
        asyncio.run(execute(notebook, str(folder), out))
    except NbStreamError as error:
        out.write(f"{error}\n")
    return re.split(r"(?:^│ .*\n)+", out.getvalue(), flags=re.MULTILINE)[2:], notebook


def line(url: str, model: str, flags: str = "") -> str:
    return f"openai-chat/{model} --base-url {url}/v1 --retries 0 {flags}"


def cell(url: str, model: str, flags: str = "") -> str:
    return f"%%generate {line(url, model, flags)}\nHi"


def answered(printed: str) -> str:
    """The text before the footer."""
    return printed.partition("\n[openai-chat/")[0]


def test_a_snapshot_in_mid_stream_loses_no_text_and_repeats_none(url: str, tmp_path: Path) -> None:
    (printed,), _ = run(tmp_path, cell(url, "text"))
    assert answered(printed) == TEXT
    assert printed.count("Complete") == 1


def test_several_answers_of_one_cell_follow_each_other(url: str, tmp_path: Path) -> None:
    source = "".join(f"ask({line(url, model)!r})\n" for model in ("text", "other"))
    (printed,), _ = run(tmp_path, source)
    first, second = printed.split("Complete")[:2]
    assert answered(first) == TEXT
    assert OTHER in second


def test_two_answers_at_once_are_printed_whole(url: str, tmp_path: Path) -> None:
    background = [cell(url, model, f"--background -o {model}") for model in ("text", "other")]
    (first, second, third), notebook = run(tmp_path, *background, "print('between')")
    printed = first + second + third
    assert printed.count(TEXT) == printed.count(OTHER) == 1
    for number, text in ((2, TEXT), (3, OTHER)):
        assert f"Cell {number}, in the background:\n{text}\n[openai-chat/" in printed
    # The outputs of the notebook are those of the answers' ends.
    for index, text in ((1, TEXT), (2, OTHER)):
        assert text in notebook.cells[index].outputs[0].data["text/markdown"]


def test_an_answer_in_the_background_beside_one_of_a_cell_is_not_mixed_with_it(
    url: str, tmp_path: Path
) -> None:
    printed, _ = run(tmp_path, cell(url, "other", "--background"), cell(url, "text"))
    assert answered(printed[1]) == TEXT
    assert f"Cell 2, in the background:\n{OTHER}\n[" in "".join(printed)


def test_the_answers_of_a_generator_are_printed(url: str, tmp_path: Path) -> None:
    source = (
        f"gen = nbstream.Generator(model='openai-chat/text', base_url='{url}/v1')\n"
        "asked = gen.generate('Hi')"
    )
    printed, _ = run(tmp_path, source)
    assert f"Cell 2, in the background:\n{TEXT}\n[" in printed[0]


def test_after_a_retry_the_answer_is_whole(url: str, tmp_path: Path) -> None:
    source = cell(url, "text-retried").replace("--retries 0", "--retries 1 --on-drop restart")
    (printed,), _ = run(tmp_path, source)
    # Where all of it came at once, the attempt before is over and is not printed.
    _, retried, rest = printed.partition(", trying again")
    assert answered(rest.partition("\n")[2] if retried else printed) == TEXT


def test_of_a_failed_answer_what_came_is_printed_with_the_reason(url: str, tmp_path: Path) -> None:
    (printed,), _ = run(tmp_path, cell(url, "text-broken", "--on-drop stop") + "\n")
    assert printed.startswith("Before ```x```, more.")
    assert "Failed" in printed
    assert "Cell 2 failed: " in printed


def test_of_a_cancelled_answer_what_came_is_printed(url: str, tmp_path: Path) -> None:
    source = cell(url, "text", "--background -o held")
    cancel = "import time\nwhile not held.text: time.sleep(0.01)\nheld.cancel()\nheld.result()\n"
    printed, _ = run(tmp_path, source, cancel + "print(json.dumps(held.text))")
    assert "Cell 2, in the background:\nBefore" in "".join(printed)
    assert "Cancelled" in "".join(printed)


def test_what_was_still_written_when_a_later_cell_failed_is_printed(
    url: str, tmp_path: Path
) -> None:
    wait = "import time\nwhile not held.text: time.sleep(0.01)\ntime.sleep(0.1)\n1 / 0"
    printed, _ = run(tmp_path, cell(url, "text", "--background -o held"), wait)
    assert "Cell 2, in the background:\nBefore" in "".join(printed)
    assert "Cell 3 failed: ZeroDivisionError" in printed[-1]


@pytest.mark.parametrize("flags", ["", "--background"])
def test_control_characters_are_made_harmless(url: str, tmp_path: Path, flags: str) -> None:
    printed, _ = run(tmp_path, cell(url, "hostile", flags))
    assert f"{printable(HOSTILE)}\n[" in printed[0]


@pytest.mark.parametrize(("model", "flags"), [("text", "-f code"), ("json", "-f json")])
def test_an_answer_with_a_format_is_whole(url: str, tmp_path: Path, model: str, flags: str) -> None:
    (printed,), _ = run(tmp_path, cell(url, model, flags))
    assert re.sub(r"\s", "", TEXTS[model]) in re.sub(r"\s", "", printed)
    assert "~~~" not in printed  # what is around the text where Markdown is drawn


@pytest.mark.skipif(not FILES, reason="no recorded streams")
def test_recorded_streams_are_printed_as_their_answers_are(url: str, tmp_path: Path) -> None:
    cells: list[str] = []
    for number, one in enumerate(FILES):
        provider = {"gemini": "google", "openai-compatible": "openai-chat"}.get(
            str(one.values[0]), str(one.values[0])
        )
        base = url if provider in ("anthropic", "google") else f"{url}/v1"
        cells.append(
            f"ask('{provider}/recording-{number} --base-url {base} --retries 0')\n"
            "print('=====' + json.dumps(nbstream.last.text))"
        )
    printed, _ = run(tmp_path, *cells)
    assert len(printed) == len(FILES)
    said = 0
    for each in printed:
        shown, _, last = each.partition("=====")
        text = printable(json.loads(last.splitlines()[0]))
        assert text in shown
        said += bool(text)
    assert said > len(FILES) / 2
