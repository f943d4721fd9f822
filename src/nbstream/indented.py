"""JSON as it comes, with a line for each member: what a provider wrote on one line can be read."""

from __future__ import annotations

_CLOSER = {"{": "}", "[": "]"}
_INDENT = "  "
_DEEPEST = 100
"""Deeper lines begin where these do: else brackets alone come to the square of their number."""


class Indented:
    """Pieces of a JSON text in, the same with line breaks and indentation out; a list that begins
    with a number or a literal stays on its line. What is no object or list stays as it is, and so
    does what follows it."""

    def __init__(self) -> None:
        self._open: list[bool] = []  # for each object and list, whether it has lines
        self._is_fresh = False  # nothing came since the last opening
        self._is_string = self._is_escaped = False
        self._gap = False  # white space came that may stand between two words
        self._last = ""
        self._is_over: bool | None = None

    def take(self, piece: str) -> str:
        """The next piece as it is shown."""
        if self._is_over is None:
            start = piece.lstrip()
            if not start:
                return ""
            self._is_over = start[0] not in _CLOSER
            piece = start
        if self._is_over:
            return piece
        shown: list[str] = []
        for at, character in enumerate(piece):
            shown.append(self._taken(character))
            if self._is_over:
                shown.append(piece[at + 1 :])
                break
        return "".join(shown)

    def _taken(self, character: str) -> str:
        if self._is_string:
            self._is_string = self._is_escaped or character != '"'
            self._is_escaped = character == "\\" and not self._is_escaped
            return character
        if character.isspace():
            self._gap = True
            return ""
        before = self._before(character)
        self._gap, self._last = False, character
        if character in _CLOSER:
            self._open.append(character == "{")
            self._is_fresh = True
        elif character in "}]":
            if self._open:
                self._open.pop()
            self._is_over = not self._open
        elif character == '"':
            self._is_string = True
        return before + character

    def _before(self, character: str) -> str:
        """The white space that a character outside of strings stands behind."""
        fresh, self._is_fresh = self._is_fresh, False
        if character in "}]":
            has_lines = bool(self._open) and self._open[-1] and not fresh
            return self._line(len(self._open) - 1) if has_lines else ""
        if fresh:
            if self._last == "[":
                self._open[-1] = character in '{["'
            return self._line(len(self._open)) if self._open[-1] else ""
        if self._last == "," and self._open and character != ",":
            return self._line(len(self._open)) if self._open[-1] else " "
        if self._last == ":":
            return " "
        return " " if self._gap and character not in ",:" else ""

    @staticmethod
    def _line(depth: int) -> str:
        return "\n" + _INDENT * min(depth, _DEEPEST)
