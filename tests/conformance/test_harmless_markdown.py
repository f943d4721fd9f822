"""CommonMark's and GFM's own examples, made harmless, show the text that the live view shows."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from nbstream.harmless import safe_markdown
from tests.conformance.vectors import VECTORS


def _as_text(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return html.escape(tokens[at].content)


def _name(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return html.escape(self.renderInlineAsText(tokens[at].children, options, env) or "image")


SAVED = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LIVE = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LIVE.validateLink = lambda url: True
for kind, rule in {"html_block": _as_text, "html_inline": _as_text, "image": _name}.items():
    LIVE.add_render_rule(kind, rule)


def seen(page: str) -> str:
    """The characters that a reader sees on a page."""
    text = html.unescape(re.sub(r"<[^>]*>", "", page))
    return re.sub(r"[\s\u200c]+", "", text)


@pytest.mark.parametrize("file", ["commonmark.json", "gfm_extensions.json"])
def test_every_example_shows_the_same(file: str) -> None:
    path = VECTORS / "markdown" / file
    if not path.is_file():
        pytest.skip(f"no {file} in NBSTREAM_VECTORS")
    for example in json.loads(path.read_text(encoding="utf-8")):
        text = example["markdown"]
        assert seen(SAVED.render(safe_markdown(text))) == seen(LIVE.render(text)), text
