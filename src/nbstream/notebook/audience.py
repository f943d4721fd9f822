"""Whether somebody may be watching the cell that runs."""

from __future__ import annotations

import os
from typing import Any

from IPython.core.getipython import get_ipython


def is_watched() -> bool:
    """False where a program runs the notebook: nbclient, papermill, nbconvert and nbval tell the
    kernel that there is nobody to ask. NBSTREAM_LIVE=1 says that there is a page all the same."""
    server = os.environ.get("SERVER_SOFTWARE", "")
    if os.environ.get("NBSTREAM_LIVE") or server.startswith("voila/"):
        return True
    kernel: Any = getattr(get_ipython(), "kernel", None)
    request: dict[str, Any] = kernel.get_parent("shell") if kernel is not None else {}
    return bool(request.get("content", {}).get("allow_stdin", True))
