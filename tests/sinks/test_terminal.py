"""A stream in a terminal: what is printed, and that a model's text cannot steer the terminal."""

from __future__ import annotations

import asyncio
import io
import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import pytest

from nbstream.events import (
    End,
    Event,
    Frame,
    Notice,
    PhaseStart,
    Progress,
    Reset,
    Start,
    TextDelta,
)
from nbstream.sinks.tee import tee
from nbstream.sinks.terminal import printable, status_line, terminal_sink
from nbstream.transcript import Transcript
from tests.streams import numbered

COMPLETE = End("complete", "stop")
FOOTER = re.compile(r"\[replay/m · (Complete|Failed|Cancelled) · .*s\]\n$")
HOSTILE = "\x1b]52;c;aGk=\x07 \x1b[2J \x1b]8;;http://x\x1b\\a \x9b31m \x00\x08\x7f"


def show(events: Sequence[Event], out: TextIO, status: TextIO | None = None) -> None:
    async def main() -> None:
        with terminal_sink(out, status) as sink:
            for frame in numbered(events):
                await sink(frame)

    asyncio.run(main())


def piped(*events: Event, status: TextIO | None = None) -> str:
    out = io.StringIO()
    show(events, out, status)
    return out.getvalue()


def in_a_terminal(*events: Event) -> str:
    """What a terminal of 80 columns gets."""
    master, slave = os.openpty()
    got = bytearray()

    def read() -> None:
        while True:
            try:
                got.extend(os.read(master, 65536))
            except OSError:  # the other end is closed
                return

    reader = threading.Thread(target=read)
    reader.start()
    with open(slave, "w", encoding="utf-8") as out:
        show(events, out)
    reader.join()
    os.close(master)
    return got.decode()


# In a pipe


def test_in_a_pipe_the_text_is_as_it_came_with_a_footer():
    printed = piped(TextDelta("# Hel"), TextDelta("lo\n"), COMPLETE)
    assert printed.startswith("# Hello\n[")
    assert FOOTER.search(printed)


def test_the_footer_stands_on_a_line_of_its_own():
    assert piped(TextDelta("no newline"), COMPLETE).startswith("no newline\n[replay/m")


def test_nothing_but_its_footer_is_printed_of_an_empty_stream():
    assert FOOTER.fullmatch(piped(COMPLETE))


def test_in_a_pipe_nothing_steers_a_terminal():
    printed = piped(
        TextDelta(HOSTILE), Notice("info", HOSTILE), End("failed", error=f"Why {HOSTILE}.")
    )
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed)
    assert "]52;c;aGk=" in printed


def test_line_ends_of_windows_are_line_ends_wherever_they_are_cut():
    assert piped(TextDelta("a\r"), TextDelta("\nb\r\n"), COMPLETE).startswith("a\nb\n[")
    assert printable("a\tb\n") == "a\tb\n"


def test_a_pipe_that_cannot_write_a_character_gets_a_question_mark():
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    show([TextDelta("Grüße"), COMPLETE], out)
    assert raw.getvalue().startswith(b"Gr??e\n[replay/m ? Complete")


def test_a_failure_a_retry_and_a_notice_are_lines():
    printed = piped(
        Notice("info", "It loads."),
        Reset(1, 3.0, "429"),
        Reset(2, 0.0, "invalid answer"),
        TextDelta("a"),
        End("failed", error="Why."),
    )
    assert printed.startswith(
        "It loads.\n429, trying again in 3.0 s\ninvalid answer, trying again\na\nWhy.\n["
    )


def test_phases_and_progress_go_to_the_status_and_never_into_a_line_of_text():
    status = io.StringIO()
    printed = piped(
        PhaseStart("loading", "smollm2"),
        PhaseStart("writing"),
        TextDelta("a"),
        TextDelta("b\n"),
        Progress(0.5, "max_tokens", 2),
        TextDelta("c\n"),
        TextDelta("d\n"),
        COMPLETE,
        status=status,
    )
    assert printed.startswith("ab\nc\nd\n[")
    lines = status.getvalue().splitlines()
    assert lines[0] == "[replay/m · loading: smollm2 · 0.2 s]"
    assert all(re.fullmatch(r"\[replay/m · .*\]", line) for line in lines)
    assert "50%" in lines[-1]


def test_the_status_line_says_model_phase_time_tokens_and_progress():
    frames = numbered([PhaseStart("writing"), TextDelta("x" * 40), Progress(0.36, "none", 10)])
    assert status_line(Transcript(frames), 1.0) == "replay/m · writing · 1.8 s · ~10 tokens · 36%"


# In a terminal


def plain(shown: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)


def test_in_a_terminal_markdown_is_rendered_and_a_footer_follows():
    text = "# Head\n\nSome *text*.\n\n```python\nx = 1\n```\n\n- item\n"
    shown = in_a_terminal(*map(TextDelta, text), COMPLETE)
    assert "\x1b[" in shown
    words = plain(shown)
    assert "```" not in words
    for part in ("Head", "Some text.", "x = 1", " • item", "replay/m · Complete"):
        assert part in words
    assert words.rindex("Head") < words.rindex("x = 1") < words.rindex("replay/m · Complete")


def test_a_terminal_is_left_with_its_cursor():
    shown = in_a_terminal(TextDelta("a"), COMPLETE)
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


@pytest.mark.parametrize("wrap", ["{}", "`{}`", "```\n{}\n```\n", "[a]({})", "<b>{}</b>", "# {}"])
def test_in_a_terminal_only_colours_and_cursor_moves_of_ours_come_through(wrap: str):
    hostile = HOSTILE + " &#27;]0;t&#7; &#x9b;2J"
    shown = in_a_terminal(
        TextDelta(wrap.format(hostile)),
        TextDelta("\n\n[link](https://example.com/a)\n"),
        Notice("info", hostile),
        End("failed", error=hostile),
    )
    assert not re.search(r"\x1b[\]P^_X]|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]", shown)
    assert "\x1b[2J" not in shown


def test_a_link_in_a_terminal_shows_where_it_goes():
    shown = plain(in_a_terminal(TextDelta("[the bank](https://evil.example/a)\n"), COMPLETE))
    assert "https://evil.example/a" in shown


@pytest.mark.parametrize(
    "text",
    [
        "a <b>word</b> c",
        "<div>\nword\n</div>",
        "[r]: https://word.example",
        "![word](u.png)",
        "~~word~~",
    ],
)
def test_no_word_is_lost_that_a_terminal_cannot_draw(text: str):
    shown = plain(in_a_terminal(TextDelta(f"{text}\n\nmore\n"), COMPLETE))
    for part in re.findall(r"\w+", text):
        assert part in shown


def test_of_a_stream_without_an_end_what_came_stays():
    assert "half" in plain(in_a_terminal(TextDelta("half"))).split("replay/m")[-1]
    assert piped(TextDelta("half")) == "half\n"


@pytest.mark.parametrize("separator", ["\u2028", "\u2029"])
def test_no_line_is_lost_at_separators_that_markdown_does_not_know(separator: str):
    blocks = [f"one{separator}two{separator}three", "four", "five", "six"]
    text = "\n\n".join(blocks) + "\n\n"
    shown = plain(in_a_terminal(*map(TextDelta, text), COMPLETE))
    for word in ("one", "two", "three", "four", "five", "six"):
        assert shown.count(word) >= 1


# To several sinks


async def test_a_tee_gives_every_frame_to_all_in_order():
    got: list[tuple[str, int]] = []

    async def first(frame: Frame) -> None:
        got.append(("first", frame.seq))

    async def second(frame: Frame) -> None:
        got.append(("second", frame.seq))

    sink = tee(first, second)
    for seq in range(2):
        await sink(Frame(seq, 0.0, Start("m", 0.0)))
    assert got == [("first", 0), ("second", 0), ("first", 1), ("second", 1)]


def test_hostile_answers_of_the_shared_vectors_steer_no_pipe():
    folder = Path(os.environ.get("NBSTREAM_VECTORS", Path(__file__).parents[3] / "shared/vectors"))
    files = sorted(path for path in (folder / "hostile").rglob("*") if path.is_file())
    if not files:
        pytest.skip("the shared vectors are not here")
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        printed = piped(TextDelta(text), COMPLETE)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed)
