"""Fenced code blocks of texts that are cut, nested, and long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nbstream import text_window
from nbstream.fences import closing_fence, code_blocks

LINES = [
    *("```py", "```", "````", "~~~", "~~~ js", "   ```", "    ```", "- ```", "  ```", "> ```", ">"),
    *("- a", "1. b", "", "text", "# head", "===", "---", "    code", "<div>", "[a]: b", "> q"),
]


def whole(text: str) -> list[tuple[str, str]]:
    """The fences as the parser finds them in the whole text at once."""
    tokens = MarkdownIt("commonmark").parse(text)
    return [(token.info, token.content) for token in tokens if token.type == "fence"]


def test_code_blocks_know_their_language() -> None:
    (block,) = code_blocks("So:\n\n```python title\nx = 1\n```\n")
    assert (block, block.language) == ("x = 1\n", "python")


@pytest.mark.parametrize("info", ["", " ", "\t", "\u00a0"])
def test_a_fence_without_a_language_has_none(info: str) -> None:
    (block,) = code_blocks(f"```{info}\nx = 1\n```\n")
    assert (block, block.language) == ("x = 1\n", "")


def test_code_blocks_together_can_be_executed() -> None:
    blocks = code_blocks("```py\nx = 1\n```\n\nand\n\n> ```py\n> y = x + 1\n> ```\n")
    namespace: dict[str, int] = {}
    exec(str(blocks), namespace)
    assert namespace["y"] == 2


def test_a_part_of_the_text_at_a_time_gives_the_same_blocks_as_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text_window, "_PART", 8)

    @given(st.lists(st.sampled_from(LINES), max_size=30), st.sampled_from(["\n", "\r\n", "\r"]))
    def same(lines: list[str], newline: str) -> None:
        text = newline.join(lines)
        assert [str(block) for block in code_blocks(text)] == [code for _, code in whole(text)]

    same()


def test_a_text_with_its_closing_fence_ends_outside_of_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text_window, "_PART", 8)

    @given(st.lists(st.sampled_from(LINES), max_size=12))
    def closed(lines: list[str]) -> None:
        text = "\n".join([*lines, "code"])
        closing = closing_fence(text)
        if closing:
            text = f"{text}\n{closing}"
        after = MarkdownIt("commonmark").parse(f"{text}\n\nAfterwards")
        assert not any("Afterwards" in t.content for t in after if t.type == "fence"), text

    closed()


@pytest.mark.parametrize(
    ("text", "closing"),
    [
        ("```py\nx = 1", "```"),
        ("```py\nx = 1\n```", ""),
        ("~~~~\n~~~", "~~~~"),
        ("> ```\n> x", "> ```"),
        ("- ```\n  x", "  ```"),
        ("1. > ```\n   > x", "   > ```"),
        ("> ```\n> x\n\nafter", ""),
        ("> ```\n> x\n> ```", ""),
        ("```\nx\n    ```", "```"),
        ("```\nx\n```\n\n", ""),
        ("- ```\n  x\n  ```", ""),
        ("```\nx\u2028y\x0cz\x85", "```"),
        ("no code", ""),
        ("", ""),
    ],
)
def test_the_closing_fence_stands_where_the_open_one_does(text: str, closing: str) -> None:
    assert closing_fence(text) == closing
