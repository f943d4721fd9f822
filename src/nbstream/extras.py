"""The packages that only some of nbstream needs, and the command that installs them."""

from __future__ import annotations

import re
from importlib.metadata import requires

_OF_EXTRA = re.compile(r"""\s*;.*\bextra\s*==\s*["']([\w-]+)["']""")


def install_command(extra: str) -> str:
    """`pip install "google-genai>=3.3"`: the packages themselves, which any index has; nbstream may
    have been installed from a wheel or a checkout."""
    packages = [
        _OF_EXTRA.sub("", each)
        for each in requires("nbstream") or ()
        if (found := _OF_EXTRA.search(each)) and found[1] == extra
    ]
    return " ".join(["pip install", *(f'"{package}"' for package in packages)])
