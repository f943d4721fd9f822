"""`%generate fix`: the cell that failed last and its traceback, as a prompt."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell

from ..context.cells import Cells
from ..errors import UsageError
from .variables import failed_cells, variables

_ASKED = (
    "My notebook's cell {} failed with the error above. Say in a few sentences why it failed, then"
    " give the whole corrected cell in one Python code block."
)


def fix(shell: InteractiveShell | None) -> tuple[str, str]:
    """The flags and the prompt of the `%%generate` that explains and repairs the last error.
    Raises UsageError where nothing has failed."""
    failed = failed_cells(shell) if shell is not None else None
    if failed is None or failed.last is None:
        raise UsageError("No cell has failed since nbstream was loaded: there is nothing to fix.")
    named = variables(shell)
    cell = f"In[{failed.last.number}]"
    if named["Err"] is not failed or not isinstance(named["In"], Cells):
        raise UsageError("A variable called Err or In hides the notebook's own: `del` it first.")
    if failed.last.number >= len(named["In"]):
        raise UsageError(
            f"{cell} failed, and whoever ran it keeps no history of cells: write `%%generate --with"
            " Err` with the cell below it."
        )
    return f"--with {cell} Err", _ASKED.format(cell)
