"""Keys in a `.env`, in the current folder (a notebook's kernel starts in the notebook's) or above.

Somebody else may have written the file, as in a folder that was downloaded: it gives keys of the
providers and nothing else, no address and no setting, and `${NAME}` in it is not expanded, which
could put one provider's key into another's variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

from .. import own_files
from ..api_key import ApiKey
from . import KEY_VARIABLES

_MOST_BYTES = 100_000


def get(variable: str) -> ApiKey | None:
    """The key that the nearest file with that variable gives."""
    if not any(variable in each for each in KEY_VARIABLES.values()):
        return None
    try:
        here = Path.cwd()
    except OSError:  # it was removed
        return None
    for folder in (here, *here.parents):
        if key := _keys(folder / ".env").get(variable):
            return key
    return None


def _keys(path: Path) -> Mapping[str, ApiKey]:
    try:
        text = own_files.read_text(path, _MOST_BYTES)
    except (OSError, UnicodeDecodeError):
        return {}
    # Loaded only where there is such a file. Its `dotenv_values` logs a line that cannot be read.
    parse: Any = import_module("dotenv.parser").parse_stream
    return {
        each.key: ApiKey(each.value)
        for each in parse(StringIO(text.removeprefix("\ufeff")))
        if each.key and each.value and "${" not in each.value
    }
