"""Texts that nobody may see, taken out of what comes in pieces."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from .errors import UsageError

# One character as JSON may write it: a surrogate pair, four hex digits, a letter, or itself.
_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|\\u[0-9a-fA-F]{4}|\\[\"\\/bfnrt]|.",
    re.DOTALL,
)
# The beginning of such a character, whose end has not come.
_UNFINISHED = re.compile(
    r"\\(?:u(?:[0-9a-fA-F]{0,3}|[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?))?\Z"
)
_LONGEST_UNIT = 12


class Redact:
    """`by` in the place of each of these texts, wherever the pieces' ends fall, also as JSON writes
    them; it covers the answer, the reasoning, tool calls, notices and errors."""

    def __init__(self, texts: Sequence[str], by: str = "[redacted]") -> None:
        listed = [texts] if isinstance(texts, str) else list(texts)
        if not all(listed):
            raise UsageError("Redact needs texts that are not empty.")
        self._plain = _Finder(listed, by, is_json=False)
        self._json = _Finder(listed, by, is_json=True)

    def take(self, delta: str) -> str:
        return self._json.take(self._plain.take(delta))

    def rest(self) -> str:
        return self._json.take(self._plain.rest()) + self._json.rest()


class _Finder:
    """Finds the texts as they are, or with their characters escaped as JSON has it."""

    def __init__(self, texts: Sequence[str], by: str, *, is_json: bool) -> None:
        self._texts = list(dict.fromkeys(texts))
        self._by = json.dumps(by)[1:-1] if is_json else by
        self._is_json = is_json
        self._longest = max(map(len, texts), default=1) - 1
        self._held = ""
        # How many of the held characters belong to a text that `by` already stands for.
        self._covered = 0

    def take(self, delta: str) -> str:
        return self._said(self._held + delta, is_over=False)

    def rest(self) -> str:
        return self._said(self._held, is_over=True)

    def _said(self, text: str, *, is_over: bool) -> str:
        if self._is_json and not self._held and "\\" not in text and not self._may_matter(text):
            return text
        units, unfinished = self._units(text, is_over=is_over)
        plain = "".join(map(_character, units)) if self._is_json else text
        end = len(plain)
        if not is_over:
            # What could become one of the texts is held back, also where it already is one.
            start = max(end - self._longest, 0)
            end = next((i for i in range(start, end) if self._may_begin(plain[i:])), end)
        said, at, covered = [""], 0, self._covered
        for first, after in self._spans(plain, covered):
            if first >= end and not (covered and first == 0):
                break
            said += units[at:first]
            if first or not covered:
                said.append(self._by)
            at = after
        said += units[at:end]
        self._covered = max(at - end, 0)
        self._held = "".join(units[end:]) + unfinished
        return "".join(said)

    def _units(self, text: str, *, is_over: bool) -> tuple[Sequence[str], str]:
        if not self._is_json:
            return text, ""
        cut = None if is_over else _unfinished(text)
        whole = text if cut is None else text[:cut]
        return _UNIT.findall(whole) if "\\" in whole else whole, text[len(whole) :]

    def _spans(self, text: str, covered: int) -> list[tuple[int, int]]:
        """Where the texts stand, those that overlap as one."""
        found: list[tuple[int, int]] = []
        for each in self._texts:
            at = text.find(each)
            while at >= 0:
                found.append((at, at + len(each)))
                at = text.find(each, at + 1)
        spans = [(0, covered)] if covered else []
        for first, after in sorted(found):
            if spans and first < spans[-1][1]:
                spans[-1] = (spans[-1][0], max(after, spans[-1][1]))
            else:
                spans.append((first, after))
        return spans

    def _may_matter(self, text: str) -> bool:
        """Whether a text may begin here whose rest comes escaped."""
        tail = text[-self._longest :] if self._longest else ""
        return any(self._may_begin(tail[i:]) for i in range(len(tail)))

    def _may_begin(self, text: str) -> bool:
        return any(len(whole) > len(text) and whole.startswith(text) for whole in self._texts)


def _character(unit: str) -> str:
    """The character that is written so."""
    if len(unit) == 1:
        return unit
    character: str = json.loads(f'"{unit}"')
    return character


def _unfinished(text: str) -> int | None:
    """Where the last character begins, if its end has not come."""
    start = max(len(text) - _LONGEST_UNIT, 0)
    backslash = text.find("\\", start)
    while backslash >= 0:
        before = len(text[:backslash]) - len(text[:backslash].rstrip("\\"))
        if before % 2 == 0 and _UNFINISHED.match(text, backslash):
            return backslash
        backslash = text.find("\\", backslash + 1)
    return None
