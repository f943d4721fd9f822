"""How a failed generation, or a mistake in how it was asked for, ends its cell.

Both leave an error of one line in the cell's output. IPython's own UsageError is printed instead:
papermill, which tells the error it finds in an output, then stops without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..generation import Generation


class Failed(Exception):
    """Makes the cell fail, so that "Run All", nbclient and papermill stop here, as one line: what
    went wrong, in the words of the answer's end, and where the text is if some came."""

    def __init__(self, generation: Generation) -> None:
        from ..harmless.invisible import visible  # not with `%load_ext`

        kept = " What came is in nbstream.last." if generation.text else ""
        super().__init__(visible(f"The generation failed: {generation.error}{kept}"))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


class UsageError(Exception):
    """A mistake of the user's, in a sentence; by the name IPython shows mistakes under."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [f"UsageError: {self}"]
