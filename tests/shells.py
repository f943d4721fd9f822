"""IPython without a terminal, for one test."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


def new_shell(
    folder: Path, extension: str = "nbstream", **settings: Mapping[str, Any]
) -> InteractiveShell:
    """One that keeps its files in `folder`, with the extension loaded, if any is named; `settings`
    by class, as in a file of configuration."""
    config = Config({"HistoryManager": {"enabled": False}, **settings})
    shell = InteractiveShell(ipython_dir=str(folder), config=config)
    # It would be emptied when the tests are over: a fifth of a second for each, with nothing seen.
    atexit.unregister(shell.atexit_operations)
    if extension:
        shell.run_line_magic("load_ext", extension)  # pyright: ignore[reportUnknownMemberType]
    return shell
