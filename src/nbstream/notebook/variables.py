"""What a prompt may name: the notebook's variables, and the cells that failed."""

# IPython types its shell only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from typing import Any
from weakref import WeakKeyDictionary

from IPython.core.error import UsageError as CellError
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

from ..context.cells import Cells, Values
from ..context.tracebacks import FailedCell, FailedCells, trimmed
from ..errors import NbStreamError
from .failed import Failed
from .failed import UsageError as Mistake
from .interrupt import Cancelled

_OWN = re.compile(r"\s*%%?(generate|ai)\b")
_failed: WeakKeyDictionary[InteractiveShell, FailedCells] = WeakKeyDictionary()


def failed_cells(shell: InteractiveShell) -> FailedCells:
    """The cells that failed in the shell since it was first asked about, and the one before."""
    if shell not in _failed:
        _failed[shell] = cells = FailedCells()

        def after_cell(result: ExecutionResult) -> None:
            error = result.error_before_exec or result.error_in_exec
            source = str(getattr(result.info, "raw_cell", ""))
            if error is not None and not _is_ours(error, source):
                number = result.execution_count or shell.execution_count - 1
                cells.add(FailedCell(number, source, trimmed(error, lambda f: _place(shell, f))))

        shell.events.register("post_run_cell", after_cell)
        if shell.last_execution_result is not None:
            after_cell(shell.last_execution_result)  # who loads nbstream for its sake
    return _failed[shell]


def variables(shell: InteractiveShell | None) -> dict[str, Any]:
    """The notebook's variables by name, `In` and `Out` among them, and `Err`, which a variable of
    the user's own called Err stands before."""
    if shell is None:
        return {}
    hidden = shell.user_ns_hidden
    missing = object()
    named = {
        name: value
        for name, value in shell.user_ns.items()
        if name in {"In", "Out"} or name[:1] == "_" or hidden.get(name, missing) is not value
    }
    manager = shell.history_manager
    if manager is not None and named.get("In") is manager.input_hist_parsed:
        named["In"] = Cells(manager.input_hist_raw)  # as they were typed, magics too
    if manager is not None and named.get("Out") is manager.output_hist:
        named["Out"] = Values(manager.output_hist)
    return {"Err": failed_cells(shell), **named}


def _is_ours(error: BaseException, source: str) -> bool:
    """Whether a magic of nbstream's said what is wrong, or IPython of one (that has no prompt):
    nothing in the cell's code is."""
    if isinstance(error, Failed | Mistake | Cancelled | KeyboardInterrupt):
        return True
    own = _OWN.match(source) or isinstance(error.__context__, NbStreamError)
    return isinstance(error, CellError) and bool(own)


def _place(shell: InteractiveShell, filename: str) -> str:
    """``Cell In[3]`` for the file of a cell, else the file itself."""
    named = shell.compile.format_code_name(filename)
    return " ".join(named) if named else filename
