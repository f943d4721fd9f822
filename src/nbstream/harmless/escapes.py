"""Text written so that every Markdown parser shows it as it is.

Entities, not backslashes: no parser reads markup, math or code in them, wherever it thinks that
they stand.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from .invisible import visible_entities

# TeX that makes links, loads or styles: MathJax and KaTeX know it, also where an entity or an
# escape hides it from the Markdown parser.
_TEX = (
    "href|url|includegraphics|require|class|cssId|style|bbox|mmlToken|data"
    "|html(?:Class|Data|Id|Style)"
)
_TEX_NAME = re.compile(rf"(\\|&#0*92;|&#[xX]0*5[cC];|&bsol;)({_TEX})(?![a-zA-Z])")
_LETTER = re.compile(r"&#(?:0*(\d{2,3})|[xX]0*([0-9a-fA-F]{2}));")


# An escaped backslash comes first: it escapes nothing after it. A note with words is no definition
# of a link to any parser.
_PLAIN = re.compile(
    r"(\\\\)|(?m:^(\[\^[\w-]{1,40}\]:)(?= +[^\s<]+ +[^\s\"'(]))"
    r"|\\?(<(?=[a-zA-Z/!?])|!(?=\\?\[)|\](?=\\?[(\[:])|~{3,})|(?i:\b(ftps?|xmpp):)"
)
_IN_MATH = re.compile(r"<(?=[a-zA-Z/!?])|!(?=\[)|\](?=[(\[:])")
# JupyterLab looks for its own `@@0@@` in the page that it made of the text.
_ESCAPED_AT = re.compile(r"(\\\\)|\\@")
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<]*", re.IGNORECASE)
_MATH = re.compile(r"((?<!\\)\$\$[^$]+\$\$|(?<![\\$])\$[^$]+(?<!\\)\$(?![\d$]))")
MATH = re.compile(r"\$|\\\\[(\[]|\\(?:begin|end)\{")
"""What some front end reads as the beginning of math."""
MATH_MARK = re.compile(r"\$\$|\\\\\[|\\(?:begin|end)\{")
"""What begins or ends math that goes on over empty lines and code in nbconvert."""
_MATH_BEGIN = re.compile(r"(?<!\\)\$\$|\\\\\[|\\begin\{")
_MATH_END = {"$$": "$$", "\\\\[": "\\\\]"}


def escaped(text: str) -> str:
    """Any text as text, its markup included; what begins a new line stays one."""
    return re.sub(r"[^\w\s,;]|_", lambda found: _entity(found[0]), text, flags=re.ASCII)


def code_span(code: str) -> str:
    """Code as HTML, the only tag that is ever written into a paragraph."""
    return f"<code>{escaped(code)}</code>"


def destination(address: str) -> str:
    """An address for between the parentheses of a link, percent-encoded where need be."""
    return quote(address, safe="-._~:/?#@!*+,;=%&").replace("&", "&amp;")


def title(text: str) -> str:
    """A link's title with its quotes and the space before it."""
    return f' "{escaped(" ".join(text.split()))}"' if text.strip() else ""


def plain(text: str) -> str:
    """Source text without code, links, images and tags in it, so that no parser finds one."""
    if "$" not in text:
        return _PLAIN.sub(_harmless, text)
    parts = _MATH.split(text)
    for at, part in enumerate(parts):
        # TeX takes no notice of a space but would show an entity.
        parts[at] = _IN_MATH.sub(r"\g<0> ", part) if at % 2 else _PLAIN.sub(_harmless, part)
    return "".join(parts)


def _harmless(found: re.Match[str]) -> str:
    backslashes, note, mark, scheme = found.groups()
    if mark:
        return "".join(map(_entity, mark))
    return backslashes or note or f"{scheme}&#58;"


def is_address_with_math(text: str) -> bool:
    """Whether there may be an address in the text with math in it.

    JupyterLab puts math back into the page that it made of the text, also into an attribute.
    """
    return MATH.search(text) is not None and ADDRESS.search(text) is not None


def settled(text: str) -> str:
    """Text with its markup, once it is whole: TeX names that would link or load are broken by what
    has no width, and an address has no math in it."""
    if "\\" in text or "&" in text:
        text = visible_entities(_LETTER.sub(_letter, text))
        text = _ESCAPED_AT.sub(lambda found: found[1] or "&#64;", text)
        text = _TEX_NAME.sub(lambda tex: f"{tex[1]}{tex[2][0]}&zwnj;{tex[2][1:]}", text)
    return ADDRESS.sub(_without_math, text) if is_address_with_math(text) else text


def whole_math(text: str) -> str:
    """The text with every mark that begins math that does not end in it as mere text."""
    parts: list[str] = []
    absent: set[str] = set()
    done = 0
    for mark in _MATH_BEGIN.finditer(text):
        at = mark.start()
        if at < done:
            continue
        begin = mark[0]
        end = _MATH_END.get(begin) or text[at : text.find("}", at) + 1].replace("begin", "end", 1)
        closed = -1 if end in absent else text.find(end, mark.end())
        while end == "$$" and closed > 0 and text[closed - 1] == "\\":
            closed = text.find(end, closed + 1)
        parts.append(text[done:at])
        if closed < 0 or not end:
            absent.add(end)
            parts.append("&#36;&#36;" if begin == "$$" else f"{begin[:-1]}{_entity(begin[-1])}")
            done = mark.end()
        else:
            done = closed + len(end)
            parts.append(text[at:done])
    return "".join(parts) + text[done:]


def _without_math(address: re.Match[str]) -> str:
    return re.sub(r"\\?(\$)|(\\)(?=[\\be])", lambda mark: _entity(mark[1] or mark[2]), address[0])


def _letter(entity: re.Match[str]) -> str:
    char = chr(int(entity[1]) if entity[1] else int(entity[2], 16))
    return char if char.isascii() and char.isalpha() else entity[0]


def _entity(char: str) -> str:
    return f"&#{ord(char)};" if char.isascii() else char
