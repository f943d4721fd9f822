"""What a cut Markdown text leaves open, closed: what follows it stands on its own.

Only lines that end code, comments and elements are added; the text stays as it came.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..fences import blocks, closing_line

# The blocks that go on over empty lines, by how they begin (CommonMark 4.6, kinds 1 to 5).
_HTML_ENDS = (
    ("<!--", "-->"),
    ("<?", "?>"),
    ("<![CDATA[", "]]>"),
    ("<!", ">"),
    ("<script", "</script>"),
    ("<style", "</style>"),
    ("<pre", "</pre>"),
    ("<textarea", "</textarea>"),
)
_AFTER = "\ue000after\ue000"
_TAG = re.compile(r"<[a-zA-Z]")
_NOT_TO_CLOSE = re.compile(
    "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr"
    "|html|head|body|p|li|dt|dd|tr|t[dh]|thead|tbody|tfoot|colgroup|option|optgroup|r[pt]"
)
_MOST_CLOSED = 50
_MARKDOWN = MarkdownIt("commonmark")


def closed(text: str) -> str:
    """The text without empty lines at its end, and what is open in it closed."""
    text = text.rstrip()
    fence: tuple[Token, str] | None = None
    last: tuple[Token, str] | None = None
    elements = _OpenElements()
    for token, part in blocks(text):
        if token.level == 0:
            last = token, part
        if token.type == "fence":
            fence = token, part
        elif token.type == "html_block":
            elements.read(token.content)
        elif token.type == "inline" and _TAG.search(token.content):
            for child in _MARKDOWN.parseInline(token.content)[0].children or ():
                if child.type == "html_inline":
                    elements.read(child.content)
    end = closing_line(*fence) if fence else ""
    if not end and last is not None and last[0].type == "html_block":
        end = _html_end(*last)
        elements.read(f"\n{end}")
    if end:
        text = f"{text}\n{end}"
    # Innermost first: a footer in a `<details>` that was never closed would be folded away.
    tags = elements.names[::-1][:_MOST_CLOSED]
    return text + "\n\n" * bool(tags) + "\n".join(f"</{tag}>" for tag in tags)


def _html_end(block: Token, part: str) -> str:
    after = _MARKDOWN.parse(f"{part.rstrip()}\n\n{_AFTER}")
    if any(_AFTER in t.content for t in after if t.type == "html_block"):
        opening = block.content.lstrip().lower()
        return next((end for begin, end in _HTML_ENDS if opening.startswith(begin.lower())), "")
    return _tag_end(block.content.rstrip())


def _tag_end(html: str) -> str:
    """What ends a tag that was cut in its middle, perhaps in an attribute, or a comment."""
    for end in ("", ">", '">', "'>", "-->"):
        parser = _OpenElements()
        parser.read(f"{html}\n{end}")
        if not parser.rawdata.startswith("<"):
            return end
    return ""


class _OpenElements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def read(self, html: str) -> None:
        try:
            self.feed(html)
        except AssertionError:
            # How it says that it does not know what stands in a `<![`: as good as a comment.
            self.reset()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if not _NOT_TO_CLOSE.fullmatch(tag):
            self.names.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in self.names:
            while self.names.pop() != tag:
                pass
