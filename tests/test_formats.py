"""What goes around an answer of a format, and what is said where it is not as the format has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbstream.fences import code_blocks
from nbstream.formats import Around, Format, complaints, content, instructed, python_blocks

FENCE = "~~~~~~~~"


def shown(format: Format, *pieces: str) -> str:
    around = Around(format)
    return "".join(around.take(piece) for piece in pieces) + around.end()


@pytest.mark.parametrize(
    ("format", "text", "whole"),
    [
        ("markdown", "# Hi", "# Hi"),
        ("code", "```python\nx\n```", "```python\nx\n```"),
        ("text", "*Hi*", f"{FENCE}text\n*Hi*"),
        ("json", "[1]", f"{FENCE}json\n[1]"),
        ("json", "1", f"{FENCE}json\n1"),
        ("json", "```json\n[1]\n```", "```json\n[1]\n```"),
        ("html", " <p>", f"{FENCE}html\n <p>"),
        ("html", "~~~html\n<p>", "~~~html\n<p>"),
        ("math", "x^2", "$$\nx^2\n$$"),
        ("math", "$$x^2$$", "$$x^2$$"),
        ("math", "\\[x^2\\]", "\\[x^2\\]"),
        ("json", "", ""),
        ("text", "", ""),
    ],
)
def test_what_is_no_markdown_is_shown_by_markdown_around_it(format: Format, text: str, whole: str):
    assert shown(format, text) == whole


@given(
    st.sampled_from(["text", "json", "html", "math"]), st.lists(st.text("`~$\\[ \nx", min_size=1))
)
def test_pieces_are_shown_as_the_whole(format: Format, pieces: list[str]):
    assert shown(format, *pieces) == shown(format, "".join(pieces))


@pytest.mark.parametrize(
    ("text", "bare"),
    [("[1]", "[1]"), ("```json\n[1]\n```\n", "[1]\n"), ("So:\n```json\n[1]\n```", None)],
)
def test_a_fence_around_the_whole_is_no_part_of_the_content(text: str, bare: str | None):
    assert content(text) == (bare or text)


@pytest.mark.parametrize(
    ("format", "text", "said"),
    [
        ("json", "[1, 2]", []),
        ("json", '```json\n{"a": 1}\n```', []),
        ("json", "Sure!", ["The answer is not JSON: line 1, column 1: Expecting value."]),
        ("json", "[NaN]", ["The answer is not JSON: NaN is no value of it."]),
        ("json", "[" * 100_000, ["The answer is JSON nested too deeply to be read."]),
        ("code", "Only words.", ["There is no fenced code in the answer."]),
        ("code", "```python\nx = 1\n```", []),
        (
            "code",
            "```\nx = (\n```",
            ["The Python code does not parse: line 1: '(' was never closed."],
        ),
        ("code", "```bash\nls (\n```", []),
        ("code", "```python\n%pip install x\n!ls\nx = !ls\n```", []),
        ("code", "```pycon\n>>> x = 1\n```", []),
        (
            "code",
            "```python\nx = 1\n```\n\n```py\n1 +\n```",
            ["The Python code does not parse: block 2, line 1: invalid syntax."],
        ),
        ("html", "<p>Hi", []),
        ("html", "```html\n<!doctype html>\n<p>Hi</p>\n```", []),
        ("html", "\n<!-- a page -->\n<svg/>", []),
        ("html", '<?xml version="1.0"?><svg/>', []),
        ("html", "# Hi", ["The answer is not HTML: it begins with '# Hi'."]),
        ("html", "1 < 2", ["The answer is not HTML: it begins with '1 < 2'."]),
        (
            "html",
            "<https://a.example>",
            ["The answer is not HTML: it begins with '<https://a.example>'."],
        ),
        (
            "html",
            "Sure! Here is the page that you asked me for:\n```html\n<p>\n```",
            ["The answer is not HTML: it begins with 'Sure! Here is the page that you asked me…'."],
        ),
        ("html", " ", []),
        ("text", "*", []),
        ("markdown", "```python\n1 +\n```", []),
    ],
)
def test_what_is_not_as_the_format_has_it_is_said(format: Format, text: str, said: list[str]):
    assert list(complaints(text, format)) == said


def test_the_python_code_is_what_says_it_is_or_all_where_nothing_says():
    said = code_blocks("```bash\nls\n```\n```Python\nx\n```\n```\nout\n```")
    assert list(python_blocks(said)) == ["x\n"]
    assert list(python_blocks(code_blocks("```\nx\n```"))) == ["x\n"]
    assert list(python_blocks(code_blocks("```sql\nx\n```"))) == []


def test_the_model_is_told_after_what_the_user_tells_it():
    assert instructed(None, "markdown") is None
    assert instructed("Be brief.", "json") == (
        "Be brief.\n\nAnswer with one JSON value and nothing else."
    )
