"""The stacks as pages, built from their npm packages, which are installed when first needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGES = ROOT / "build" / "rendering"

# A page's name and what its rows call it; the first is ours.
OURS = "nbstream"
PLAIN = "pre"
PEERS = {
    "streamdown": ("streamdown",),
    "smd": ("streaming-markdown",),
    "marked": ("marked", "highlight.js", "dompurify"),
    "markdown-it": ("markdown-it", "highlight.js", "dompurify"),
    PLAIN: (),
}


def build() -> dict[str, Path]:
    """The page of each stack. Raises CalledProcessError where they cannot be installed or built."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise FileNotFoundError("The rendering benchmarks need Node and npm.")
    if not (HERE / "node_modules").exists():
        print("Installing what others draw Markdown with …", file=sys.stderr)
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        subprocess.run(command, cwd=HERE, check=True)
    environment = {**os.environ, "NODE_ENV": "production"}
    subprocess.run([node, "build.mjs", str(PAGES)], cwd=HERE, env=environment, check=True)
    return {stack: PAGES / f"{stack}.html" for stack in (OURS, *PEERS)}


def described(stack: str) -> str:
    """The stack with its packages' versions."""
    packages = PEERS.get(stack)
    if packages is None:
        return stack
    return " + ".join(map(_named, packages)) or "a text node"


def _named(package: str) -> str:
    manifest = HERE / "node_modules" / package / "package.json"
    return f"{package} {json.loads(manifest.read_text(encoding='utf-8'))['version']}"
