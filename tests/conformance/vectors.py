"""Where the vectors are that other projects wrote down."""

from __future__ import annotations

import os
from pathlib import Path

VECTORS = Path(
    os.environ.get("NBSTREAM_VECTORS") or Path(__file__).parents[3] / "shared" / "vectors"
)
