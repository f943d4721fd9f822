"""The seam between a text that broke off and what another answer goes on with. No I/O.

A provider that takes the text so far as the beginning of its answer goes on at the next character;
others say its last words again, or begin anew. What is said again is left out; the white space the
text broke off with, which providers do not take, is not doubled either.
"""

from __future__ import annotations

# How much of what comes is held back at the most, and how far back a repetition is looked for.
_WINDOW = 2_000
_SHORTEST = 3


class Seam:
    """Joins the pieces of a continuation to `said`."""

    def __init__(self, said: str) -> None:
        self._said = said.rstrip()
        self._gap = said[len(self._said) :]
        self._tail = self._said[-_WINDOW:]
        self._held = ""
        self._is_joined = not self._said

    def take(self, piece: str) -> str:
        """What of the text so far comes after `said`; '' while that is not clear."""
        if self._is_joined:
            return self._after_gap(piece) if self._gap else piece
        self._held += piece
        return "" if self._may_repeat() else self.rest()

    def rest(self) -> str:
        """What was held back, as no more is coming or the seam is clear."""
        if self._is_joined:
            return ""
        self._is_joined = True
        body = self._held.lstrip()
        repeated = self._repeated(body)
        return self._after_gap(body[repeated:] if repeated else self._held)

    def _after_gap(self, text: str) -> str:
        """The text without the white space that is already there."""
        common = 0
        while common < min(len(text), len(self._gap)) and text[common] == self._gap[common]:
            common += 1
        self._gap = self._gap[common:] if common == len(text) else ""
        return text[common:]

    def _may_repeat(self) -> bool:
        """Whether all that came could still be the beginning of a repetition."""
        body = self._held.lstrip()
        if len(body) >= len(self._said) and body.startswith(self._said):
            return False
        return self._said.startswith(body) or (len(body) <= _WINDOW and body in self._tail)

    def _repeated(self, body: str) -> int:
        """How many characters of `body` only repeat the end of what was said."""
        if len(self._said) >= _SHORTEST and body.startswith(self._said):
            return len(self._said)
        for length in range(min(len(body), len(self._tail)), 1, -1):
            if self._tail.endswith(body[:length]) and self._is_repetition(body, length):
                return length
        return 0

    def _is_repetition(self, body: str, length: int) -> bool:
        """An overlap of whole words, or one that completes the word the text broke off in.

        A single letter, or a run of spaces, dashes or brackets, is more likely the text itself.
        """
        overlap, before = body[:length], self._tail[: -length or None][-1:]
        if before.isalnum() and overlap[0].isalnum():
            return False  # it would begin in the middle of a word
        letters = sum(character.isalnum() for character in overlap)
        breaks_a_word = overlap[-1].isalnum() and body[length : length + 1].isalnum()
        return letters >= (2 if breaks_a_word else _SHORTEST)
