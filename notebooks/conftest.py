"""`pytest --nbval-lax notebooks`: the cells of a notebook run in their order, with `In` and `Out`.

nbval asks the kernel to keep no history, which no reader's front end does; a notebook that names
an earlier cell could not be run by it.
"""

from __future__ import annotations

import pytest
from nbval.kernel import RunningKernel

_start = RunningKernel.__init__


def _start_with_history(self: RunningKernel, *arguments: object, **options: object) -> None:
    _start(self, *arguments, **options)
    execute = self.kc.execute
    self.kc.execute = lambda *given, **how: execute(*given, **{**how, "store_history": True})


RunningKernel.__init__ = _start_with_history


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Notebooks by name, their cells by number, after all else: whatever shuffles tests."""
    cells = [item for item in items if hasattr(item, "cell_num")]
    cells.sort(key=lambda cell: (str(cell.path), getattr(cell, "cell_num", 0)))
    items[:] = [item for item in items if item not in cells] + cells
