"""HTML as the tokens that a browser makes of it, by the tokenizer of the HTML standard.

The standard library's parser takes time by the square of the length for tags that do not end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_TAG = re.compile(r"<(/?)([a-zA-Z][^\t\n\f\r />]*)")
_ATTRIBUTE = re.compile(
    r"[\t\n\f\r /]*(?!>)(=?[^\t\n\f\r />=]*)"
    r"(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"([^\"]*)(?:\"|\Z)|'([^']*)(?:'|\Z)|([^\t\n\f\r >]*)))?"
)
_COMMENT = re.compile(r"<(?:!|/(?=[^a-zA-Z])|\?)")
# Their text is no markup, and ends with their own end tag.
_RAW = frozenset(("script", "style", "xmp", "iframe", "noembed", "noframes"))
_RAW_WITH_ENTITIES = frozenset(("textarea", "title"))


class Text(NamedTuple):
    """Text with its entities resolved."""

    text: str


class StartTag(NamedTuple):
    """`name` and the names in `attributes` are in lower case; values are resolved."""

    name: str
    attributes: dict[str, str]
    is_empty: bool
    """Whether it ends itself, which counts in drawings alone."""


class EndTag(NamedTuple):
    name: str


def tokens(html: str) -> Iterator[Text | StartTag | EndTag]:
    """The tokens, without comments and doctypes. A tag that the text cuts off is none."""
    html = html.replace("\0", "\N{REPLACEMENT CHARACTER}")
    at = done = 0
    while (at := html.find("<", at)) >= 0:
        tag = _TAG.match(html, at)
        comment = None if tag else _COMMENT.match(html, at)
        if not tag and not comment:
            at += 1
            continue
        if done < at:
            yield Text(unescape(html[done:at]))
        if tag is None:
            at = done = _comment_end(html, at)
            continue
        attributes, at, is_empty = _attributes(html, tag.end())
        done = at
        if at > len(html):
            return
        name = tag[2].lower()
        if tag[1]:
            yield EndTag(name)
            continue
        yield StartTag(name, attributes, is_empty)
        if name in _RAW or name in _RAW_WITH_ENTITIES:
            end = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)
            found = end.search(html, at)
            at = found.start() if found else len(html)
            if done < at:
                raw = html[done:at]
                yield Text(raw if name in _RAW else unescape(raw))
            done = at
    if done < len(html):
        yield Text(unescape(html[done:]))


def _attributes(html: str, at: int) -> tuple[dict[str, str], int, bool]:
    """A tag's attributes from `at`, the first of each name; where it ends, past the text's end if
    that cuts it off; and whether it ends itself."""
    attributes: dict[str, str] = {}
    unquoted = 0
    while at < len(html) and html[at] != ">":
        found = _ATTRIBUTE.match(html, at)
        if found is None or found.end() == at:
            # what is left before the end of the tag
            at += 1
            continue
        value = found[2] or found[3] or found[4] or ""
        if found[1]:
            attributes.setdefault(found[1].lower(), unescape(value))
        at = found.end()
        unquoted = at if found[4] else 0
    return attributes, at + 1, at != unquoted and html[at - 1] == "/"


def _comment_end(html: str, at: int) -> int:
    if not html.startswith("<!--", at):
        end = html.find(">", at)
        return end + 1 if end >= 0 else len(html)
    # `<!-->` is a whole one
    end = re.compile(r"--!?>|(?<=<!--)-?>").search(html, at + 4)
    return end.end() if end else len(html)
