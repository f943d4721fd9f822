"""Thoughts in the saved output: folded, and nothing in them is live."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nbstream.events import ReasoningDelta, TextDelta
from nbstream.generation import Generation
from nbstream.sinks.saved import markdown, plain
from nbstream.sinks.thoughts import folded
from tests.scripted import STOP, Frames, session


def seen(reasoning: str) -> str:
    """What the unfolded part says after CommonMark."""
    html = MarkdownIt("commonmark").render(folded(reasoning))
    assert re.findall(r"<(/?\w+)", html) == [
        "details", "summary", "/summary", "pre", "/pre", "/details",
    ]  # fmt: skip
    (inside,) = re.findall(r"<pre[^>]*>(.*)</pre>", html, re.DOTALL)
    return unescape(inside)


@given(st.text("ab<>/&;$`\\*_[]()#-=|~!@\"' \n", max_size=80))
def test_all_of_it_is_text(reasoning: str):
    assert (seen(reasoning) if reasoning.strip() else "") == reasoning.strip()


def test_no_thoughts_leave_nothing():
    assert folded(" \n") == ""


def test_very_long_thoughts_are_cut():
    assert seen("a" * 200_000).endswith("a\n... (200,000 characters in all)")


async def test_they_stand_before_the_answer_and_are_no_part_of_it():
    running = session([ReasoningDelta("Let me see."), TextDelta("42."), STOP])
    await running.run(Frames())
    generation = Generation.of(running.transcript)
    saved = markdown(generation)
    assert saved.startswith("<details><summary>The model's thoughts</summary>")
    assert saved.partition("</details>")[2].startswith("\n\n42.\n\n*scripted/m")
    assert generation.text == "42."
    assert plain(generation).startswith("42.")
