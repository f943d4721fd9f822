"""Builds the page's bundle into a wheel or an sdist made from a checkout.

A wheel carries the bundle, so that installing one needs no Node. An editable install does without:
there `make build` builds it when its sources change.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_NEEDED = 20


class PageBundleHook(BuildHookInterface):  # pyright: ignore[reportMissingTypeArgument]
    """Runs npm where `src/nbstream/static/` is missing."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        static = root / "src" / "nbstream" / "static"
        if version == "editable" or (static.is_dir() and any(static.iterdir())):
            return
        js = root / "js"
        npm = shutil.which("npm")
        if npm is None or _node_major() < NODE_NEEDED:
            self.app.abort(
                f"Building nbstream from source needs Node {NODE_NEEDED} or newer with npm for the "
                "page's bundle; install it (https://nodejs.org), or install a built wheel."
            )
        if not (js / "node_modules").exists():
            subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=js, check=True)
        subprocess.run([npm, "run", "build"], cwd=js, check=True)


def _node_major() -> int:
    """The major version of the Node on the path, 0 without one."""
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)", said)
    return int(match.group(1)) if match else 0
