"""Builds the page's code into a wheel or an sdist made from a checkout.

A wheel carries it, so that installing one needs no Node: the bundle that the kernel sends to the
page, and the extension that JupyterLab and Notebook find in `share/jupyter`. An editable install
does without: there `make build labextension` builds them when their sources change.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_NEEDED = 20
EXTENSION_PLACE = "share/jupyter/labextensions/nbstream"


class PageBuildHook(BuildHookInterface):  # pyright: ignore[reportMissingTypeArgument]
    """Runs npm where what it builds is missing."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        js, built = Path(self.root, "js"), Path(self.root, "src", "nbstream")
        for folder, result in ((js, "static"), (js / "labextension", "labextension")):
            if not (built / result).is_dir():
                self._build(folder)
        if self.target_name == "wheel":
            build_data["shared_data"]["src/nbstream/labextension"] = EXTENSION_PLACE

    def _build(self, folder: Path) -> None:
        npm = shutil.which("npm")
        if npm is None or _node_major() < NODE_NEEDED:
            self.app.abort(
                f"Building nbstream from source needs Node {NODE_NEEDED} or newer with npm for the "
                "page's code; install it (https://nodejs.org), or install a built wheel."
            )
        # The extension is made of the page's sources: it needs their packages too.
        for packages in {Path(self.root, "js"), folder}:
            if not (packages / "node_modules").exists():
                # What packages would run when they are installed is not needed, and not run.
                command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
                subprocess.run(command, cwd=packages, check=True)
        subprocess.run([npm, "run", "build"], cwd=folder, check=True)


def _node_major() -> int:
    """The major version of the Node on the path, 0 without one."""
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)", said)
    return int(match.group(1)) if match else 0
