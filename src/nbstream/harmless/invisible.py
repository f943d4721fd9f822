"""Characters that reorder or hide text, shown by their code point.

The same characters as in the live view (js/src/markdown/invisible.ts): joiners and variation
selectors stay where writing needs them (emoji, Persian, Indic scripts).
"""

from __future__ import annotations

import re
import unicodedata

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
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """The text with each such character as `U+202E`; itself where it has none."""
    if not _SUSPECT.search(text):
        return text
    return _FLAG.sub(_shown, text)


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
