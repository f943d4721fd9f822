"""`pytest --nbval-lax notebooks`: the cells of a notebook run in their order, whatever shuffles."""

from __future__ import annotations

import pytest

import tests.nbval_with_history as _with_history  # noqa: F401  # pyright: ignore[reportUnusedImport]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Notebooks by name, their cells by number, after all else."""
    cells = [item for item in items if hasattr(item, "cell_num")]
    cells.sort(key=lambda cell: (str(cell.path), getattr(cell, "cell_num", 0)))
    items[:] = [item for item in items if item not in cells] + cells
