"""Characters that reorder or hide text, shown by their code point.

The same characters as in the live view (js/src/markdown/invisible.ts): joiners and variation
selectors stay where writing needs them (emoji, Persian, Indic scripts).
"""

from __future__ import annotations

import re
import unicodedata
from html.entities import html5

_SUSPECT = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# A flag of a region is a black flag, three to six tag letters and the end tag.
_FLAG = re.compile(
    "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f|("
    + _SUSPECT.pattern
    + ")"
)
# What follows decides on a joiner, and whether it is a flag.
_UNDECIDED = re.compile(f".?(?:{_SUSPECT.pattern}){{1,8}}\\Z|\U0001f3f4\\Z", re.DOTALL)
_LONGEST_UNDECIDED = 9
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """The text with each such character as `U+202E`; itself where it has none."""
    if not _SUSPECT.search(text):
        return text
    return _FLAG.sub(_shown, text)


class VisibleText:
    """The same for a text that comes in pieces."""

    def __init__(self) -> None:
        self._held = self._before = ""

    def take(self, piece: str) -> str:
        """What can be shown by now."""
        text = self._held + piece
        undecided = _UNDECIDED.search(text, max(0, len(text) - _LONGEST_UNDECIDED))
        whole = undecided.start() if undecided else len(text)
        self._held = text[whole:]
        return self._shown(text[:whole], text[whole : whole + 1])

    def end(self) -> str:
        """What was held back."""
        text, self._held = self._held, ""
        return self._shown(text, "")

    def _shown(self, text: str, after: str) -> str:
        if not text:
            return ""
        before, self._before = self._before, "" if _SUSPECT.match(text[-1]) else text[-1]
        after = "" if _SUSPECT.match(after) else after
        shown = visible(before + text + after)
        return shown[len(before) : len(shown) - len(after)]


def visible_entities(text: str) -> str:
    """The same for Markdown with such characters written as entities."""
    return _ENTITY.sub(_shown_entity, text) if "&" in text else text


def _shown_entity(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        char = html5.get(f"{name};", "")
    else:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        char = chr(number) if 0 < number < 0x110000 else ""
    if not _SUSPECT.fullmatch(char):
        return match[0]
    before = match.string[max(0, match.start() - 1) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    needed = _is_needed(char, before + char + after, len(before))
    return match[0] if needed else f"U+{ord(char):04X}"


def _shown(match: re.Match[str]) -> str:
    char = match[1]
    if not char or _is_needed(char, match.string, match.start()):
        return match[0]
    return f"U+{ord(char):04X}"


def _is_needed(char: str, text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if not before:
        return False
    kind = unicodedata.category(before)
    if char in _JOINERS:
        joins = kind[0] in "LM" or kind in ("So", "Sk") or before == "\ufe0f"
        return (
            joins and bool(after) and (unicodedata.category(after)[0] in "LM" or _pictures(after))
        )
    return "\ufe00" <= char <= "\ufe0f" and kind[0] in "NLSP"


def _pictures(char: str) -> bool:
    return unicodedata.category(char) == "So"
