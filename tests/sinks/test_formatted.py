"""Streams shown in a format, live and as what is saved."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from nbstream.events import EndStatus, Frame, Notice, Reset, TextDelta
from nbstream.formats import Format
from nbstream.generation import Generation
from nbstream.sinks.formatted import Formatted, formatted, saved
from nbstream.sinks.html_frame import html_frame
from nbstream.sinks.saved_frames import MIME
from nbstream.transcript import Transcript
from tests.scripted import STOP, Frames, assert_whole, session
from tests.scripted import Step as Said


async def shown(format: Format, *steps: Said) -> tuple[Generation, Frames, Transcript]:
    frames = Frames()
    sink = Formatted(format, frames)
    running = session([*steps, STOP])
    await running.run(sink)
    assert_whole(frames)
    return Generation.of(running.transcript), frames, sink.transcript


async def test_what_goes_around_comes_with_the_text_and_the_answer_has_none_of_it():
    generation, frames, transcript = await shown("json", TextDelta("["), TextDelta("1, 2]"))
    assert generation.text == "[1, 2]"
    assert frames.text == transcript.text == "~~~~~~~~json\n[1, 2]"


@pytest.mark.parametrize(
    ("format", "said", "plain"),
    [
        ("json", ['{"a"', ":[1]}"], '{\n  "a": [1]\n}'),
        ("json", ["```json\n", "[1]\n```"], "```json\n[1]\n```"),
        ("text", ["a ", "`b`"], "a `b`"),
        ("math", ["E = ", "mc^2"], "E = mc^2"),
        ("html", ["<b>", "x</b>"], "<b>x</b>"),
    ],
)
async def test_where_no_markdown_is_drawn_nothing_goes_around(
    format: Format, said: list[str], plain: str
):
    frames = Frames()
    steps = [TextDelta(text) for text in said]
    await session([*steps, STOP]).run(Formatted(format, frames, bare=True))
    assert frames.text == plain


async def test_what_is_wrong_is_said_before_the_end():
    _, frames, _ = await shown("code", TextDelta("```python\n1 +\n```"))
    assert frames[-2].event == Notice(
        "warning", "The Python code does not parse: line 1: invalid syntax."
    )


async def test_a_new_attempt_begins_anew():
    frames = Frames()
    sink = Formatted("json", frames)
    for number, event in enumerate((TextDelta("[1, "), Reset(1, 0.0, "429"), TextDelta("[2]"))):
        await sink(Frame(number, 0.0, event))
    assert frames.text == "~~~~~~~~json\n[2]"


def test_markdown_goes_by_as_it_is():
    frames = Frames()
    assert formatted("markdown", frames) is frames


async def bundle(format: Format, text: str) -> dict[str, str]:
    generation, _, transcript = await shown(format, TextDelta(text))
    return saved(generation, transcript, format)


async def test_what_is_saved_shows_the_format_and_the_plain_text_is_the_answer():
    data = await bundle("text", "*Hi*")
    assert data["text/markdown"].startswith("~~~~~~~~text\n*Hi*\n~~~~~~~~\n\n*scripted/m")
    assert data["text/plain"].startswith("*Hi*\n\nscripted/m")
    assert MIME in data


async def test_html_is_saved_as_a_frame_and_as_its_source():
    data = await bundle("html", "```html\n<p>Hi</p>\n```")
    assert data["text/html"].startswith('<iframe sandbox=""')
    assert "&lt;p&gt;Hi&lt;/p&gt;" in data["text/html"]
    assert MIME not in data
    assert "<p>Hi</p>" in data["text/plain"]


async def test_an_answer_that_is_no_html_says_so_where_it_is_saved_and_is_no_frame():
    generation, frames, transcript = await shown("html", TextDelta("I cannot do that."))
    sentence = "The answer is not HTML: it begins with 'I cannot do that.'."
    assert frames[-2].event == Notice("warning", sentence)
    data = saved(generation, transcript, "html")
    assert "text/html" not in data
    assert sentence in str(data[MIME])
    assert data["text/markdown"].startswith("~~~~~~~~html\nI cannot do that.\n")


@pytest.mark.parametrize("status", ["cancelled", "failed"])
async def test_html_that_is_no_whole_answer_is_no_frame(status: EndStatus):
    generation, _, transcript = await shown("html", TextDelta("<p>"))
    assert "text/html" not in saved(replace(generation, status=status), transcript, "html")


def document(html: str) -> str:
    """What the frame holds."""
    found = re.search(r'srcdoc="([^"]*)"', html_frame(html, "m"))
    assert found is not None
    return unescape(found[1])


def test_the_frame_cannot_be_left_or_told_to_run():
    tag = html_frame("\"'><script>alert(1)</script></iframe><img src=x>", 'a"<b').partition(">")[0]
    assert tag.startswith('<iframe sandbox="" ')
    outside = re.sub(r'srcdoc="[^"]*"', "", html_frame("\"'><script></iframe><img src=x>", "<b>"))
    assert "<script" not in outside
    assert "<img" not in outside
    assert "<b>" not in outside
    assert outside.count("</iframe>") == 1


def test_the_policy_comes_before_whatever_the_answer_has():
    inside = document("<p>Hi")
    head = '<!DOCTYPE html><base href="about:srcdoc"><meta http-equiv="Content-Security-Policy"'
    assert inside.startswith(head)
    assert "default-src 'none'" in inside.partition("<p>")[0]


@pytest.mark.parametrize(
    "tag", ["link", "META", "base", "iframe", "frame", "object", "embed", "lInK"]
)
def test_elements_that_reach_out_are_renamed(tag: str):
    inside = document(f"<p><{tag}/rel=x></{tag}\n>").partition("<p>")[2]
    assert re.fullmatch(f"<x-{tag}>(</x-{tag}>)?", inside, re.IGNORECASE)


def test_elements_that_only_begin_alike_stay():
    assert document("<link-list><basefont><header>").endswith("<link-list><basefont><header>")
