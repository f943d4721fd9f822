"""The saved output: the text as it came, and a footer that is seen whatever the text left open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nbstream.events import Attachment, End, EndStatus, Frame, Start, TextDelta, Usage
from nbstream.generation import Generation
from nbstream.sinks.saved import duration, footer, markdown, mimebundle, plain
from nbstream.transcript import Transcript
from tests.streams import numbered

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def generation(
    text: str = "Hello", status: EndStatus = "complete", error: str = "", model: str = "openai/m"
) -> Generation:
    said = [TextDelta(text)] if text else []
    frames = numbered([*said, Usage(3, 182), End(status, error=error)])
    frames[0] = Frame(0, 0.0, Start(model, 0.0))
    return Generation.of(Transcript(frames))


def shown(source: str) -> tuple[str, bool]:
    """The last paragraph at the top level as a reader sees it, and whether it is emphasised."""
    tokens = GFM.parse(source)
    opening, inline, closing = tokens[-3:]
    assert (opening.type, inline.type, closing.type, opening.level) == (
        "paragraph_open",
        "inline",
        "paragraph_close",
        0,
    ), source
    children = inline.children or []
    text = "".join(child.content for child in children if child.type == "text")
    return text, (children[0].type, children[-1].type) == ("em_open", "em_close")


WORDS = [
    *("```py", "```", "~~~~", "    ```", "- ```", "  ```", "1. x", "> ```", "> ", ">", "- > ~~~"),
    *("<!-- note", "-->", "<?php", "<!DOCTYPE x", "<![CDATA[", "<script>", "<style>", "<pre>"),
    *("<details>", "<summary>s", "</details>", "<div>", "</div>", "a <b>b", "`<i>`", "<textarea>"),
    *("text", "", "", "    code", "| a | b |", "|---|---|", "===", "# head", "[a]: b", "*a", "$$"),
    *("<![if x]>", "<![", "<!", "<a href='x", "<!ELEMENT", "<!DOCTYPE html [", "</", "</ x>"),
    *("<x-y>", "<br/>", "\\", "- ", "* * *", "a <!-- b", "\u2028", "\x0b", "<title>"),
]


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.integers(0, 8))
def test_the_footer_is_a_paragraph_of_its_own_after_any_text(lines: list[str], cut: int):
    text = "\n".join(lines)
    text = text[: max(0, len(text) - cut)]
    result = generation(text, "cancelled")
    assert shown(markdown(result)) == (footer(result), True)


NESTED = """\
So:

1. first

   ```python
   for x in y:
       print("```")
   ```

   - > ~~~~ js
     > let a = `b`
     > ~~~
     > ~~~~

> quoted
> ```
> code
> ```

<details>
<summary>More</summary>

<!-- a
comment -->

````md
```
x
```
````
</details>
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_prefix_of_a_nested_text_has_its_footer(end: str):
    text = NESTED.replace("\n", end)
    for cut in range(1, len(text) + 1):
        result = generation(text[:cut], "cancelled")
        assert shown(markdown(result)) == (footer(result), True)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("Hello", "Hello"),
        ("Hello\n\n", "Hello"),
        ("```py\nx = 1\n", "```py\nx = 1\n```"),
        ("> ```\n> x\n> ```", "> ```\n> x\n> ```"),
        ("- ```\n  x", "- ```\n  x\n  ```"),
        ("a\n\n<!-- note", "a\n\n```html\n<!-- note\n```"),
        ("<details>\n\na", "```html\n<details>\n```\n\na"),
        ("use `a` here", "use `a` here"),
    ],
)
def test_only_what_is_open_is_closed(text: str, closed: str):
    result = generation(text)
    assert markdown(result) == f"{closed}\n\n*{footer(result)}*\n"


def test_the_footer_says_model_status_tokens_and_time():
    assert footer(generation()) == "openai/m · Complete · 182 tokens · 0.8 s"


def test_the_footer_says_what_was_attached_and_how_large_it_was():
    attached = [Attachment("df", "pandas DataFrame", 1204, 301), Attachment("fig", "image", 0, 410)]
    result = replace(generation(), attachments=tuple(attached))
    assert footer(result).endswith(" · with df (1,204 characters), fig (~410 tokens)")
    many = replace(generation(), attachments=tuple(attached * 4))
    assert footer(many).endswith("df (1,204 characters) and 3 more")


def test_estimated_tokens_are_marked_and_none_are_not_told():
    result = generation()
    metrics = replace(result.metrics, exact=False, output_tokens=1)
    assert "· ~1 token ·" in footer(replace(result, metrics=metrics))
    metrics = replace(result.metrics, output_tokens=0)
    assert footer(replace(result, metrics=metrics)) == "openai/m · Complete · 0.8 s"


@pytest.mark.parametrize("status", ["cancelled", "failed", "truncated"])
def test_how_it_ended_is_told_with_its_sentence(status: EndStatus):
    result = generation("kept", status, error="" if status == "cancelled" else "Why: *so*.")
    assert status.capitalize() in footer(result)
    source = markdown(result)
    assert source.startswith("kept\n\n")
    if status != "cancelled":
        assert "Why: \\*so\\*." in source
        assert "Why: *so*." in plain(result)


def test_an_answer_without_text_is_its_footer():
    result = generation("", "cancelled")
    assert markdown(result) == f"*{footer(result)}*\n"
    assert plain(result) == footer(result)


HOSTILE = st.text("ab*_`[]<>&|~$!#\\-+=1.) \n·/:", min_size=1, max_size=12)


@given(HOSTILE, HOSTILE)
def test_a_model_name_and_a_sentence_are_shown_as_they_are(model: str, error: str):
    model, error = f"p/{model.strip()}", error.strip()
    result = generation("text", "failed", error=error, model=model)
    source = markdown(result)
    assert shown(source) == (" ".join(footer(result).split()), True)
    if error:
        before = source.rstrip().rpartition("\n\n")[0] + "\n"
        assert shown(before)[0] == " ".join(error.split())


def test_a_very_long_text_stands_once_in_full():
    bundle = mimebundle(generation("word " * 200_000))
    assert len(bundle["text/markdown"]) > 999_000
    assert len(bundle["text/plain"]) < 410_000
    assert "999,999 characters in all" in bundle["text/plain"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (12.44, "12.4 s"), (125, "2 min 05 s"), (3599.7, "60 min 00 s")],
)
def test_durations_are_as_people_read_them(seconds: float, text: str):
    assert duration(seconds) == text


def test_nothing_but_ascii_is_added_to_a_long_text_in_ascii():
    long = generation("word " * 210_000)
    assert all(text.isascii() for text in mimebundle(long).values())
    assert all("·" in text for text in mimebundle(generation("word")).values())
