"""How a failed generation ends its cell."""

from __future__ import annotations


class Failed(Exception):
    """Makes the cell fail, so that "Run All", nbclient and papermill stop here, as one line: what
    went wrong already stands in the output."""

    def __init__(self) -> None:
        super().__init__("The generation failed; what came is in nbstream.last.")

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]
