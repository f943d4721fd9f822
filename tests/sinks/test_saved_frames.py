"""What nbstream's own renderer is given: the text and its facts once."""

from __future__ import annotations

import json

import nbformat
from hypothesis import given
from nbconvert import HTMLExporter

from nbstream.events import End, Frame, ReasoningDelta, TextDelta
from nbstream.generation import Generation
from nbstream.sinks.saved import mimebundle
from nbstream.sinks.saved_frames import MIME, saved_frames
from nbstream.transcript import Transcript
from nbstream.wire import from_json
from tests.streams import numbered, streams, summary

END = End("complete", "stop")


def answer(text: str, *, step_s: float = 0.25, pieces: int = 1) -> Transcript:
    """An answer that came in so many equal pieces."""
    size = len(text) // pieces
    parts = [text[n * size : (n + 1) * size] for n in range(pieces)]
    return Transcript(numbered([*map(TextDelta, parts), END], step_s))


@given(streams())
def test_the_frames_fold_to_what_the_stream_came_to(frames: list[Frame]) -> None:
    transcript = Transcript(frames)
    data = json.loads(json.dumps(saved_frames(transcript)))[MIME]
    assert data["version"] == 1
    assert summary(Transcript(map(from_json, data["frames"]))) == summary(transcript)


def test_the_text_is_in_it_once_and_its_facts_take_no_more_than_a_few_lines() -> None:
    text = "Some **bold** words, and `code`.\n" * 300
    written = json.dumps(saved_frames(answer(text, pieces=100)))
    assert len(written) < len(json.dumps(text)) + 600
    assert written.count("Some **bold** words") == 300


def test_the_thoughts_are_kept_too() -> None:
    transcript = Transcript(numbered([ReasoningDelta("Hm"), ReasoningDelta("m."), END]))
    frames = saved_frames(transcript)[MIME]["frames"]
    assert [f["text"] for f in frames if f["type"] == "reasoning-delta"] == ["Hmm."]


def test_where_the_renderer_is_not_the_markdown_is_what_is_seen() -> None:
    transcript = answer("Some **bold** words")
    data = {**saved_frames(transcript), **mimebundle(Generation.of(transcript))}
    output = nbformat.v4.new_output("display_data", data=data)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    nbformat.validate(notebook)
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    assert "<strong>bold</strong>" in page
    assert "nbstream.v1" not in page


def test_a_megabyte_that_came_at_once_is_left_to_the_markdown() -> None:
    assert saved_frames(answer("word " * 200_000, step_s=0.0)) == {}


def test_a_megabyte_that_took_its_time_is_drawn_as_it_was() -> None:
    assert MIME in saved_frames(answer("word " * 200_000, pieces=100))
