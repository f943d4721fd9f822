"""What `import nbstream` loads, and how long `%load_ext` takes beside jupyter-ai-magics'."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from .figures import Figure, Note, Row

RUNS = 3
BOUND = 0.1
PEER = "jupyter-ai-magics==2.31.7"
PEERS = Path(__file__).resolve().parents[1] / "build" / "peers"

# SDKs; servers; widget libraries; engines; what draws in terminals.
HEAVY = frozenset(
    {
        *("anthropic", "openai", "google", "httpx", "httpx2", "pydantic", "aiohttp", "requests"),
        *("tornado", "starlette", "uvicorn", "redis", "jupyter_server", "notebook"),
        *("ipywidgets", "anywidget", "comm", "traitlets", "psygnal"),
        *("xllamacpp", "IPython", "rich", "markdown_it", "nbclient", "nbconvert"),
    }
)

_LOAD = """
import json, sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "autoreload")
known = set(sys.modules)
began_s = time.process_time()
shell.run_line_magic("load_ext", sys.argv[1])
cpu_s = time.process_time() - began_s
print(json.dumps([cpu_s, sorted({name.split(".")[0] for name in set(sys.modules) - known})]))
"""


def measure() -> Iterator[Row]:
    """A fresh Python for each figure; the two extensions take turns."""
    yield from _import()
    yield from _load_ext()


def _import() -> Iterator[Row]:
    loaded = _loaded("import nbstream")
    heavy = sorted(loaded & HEAVY)
    yield Figure(
        "import",
        "SDKs, widget libraries and servers that `import nbstream` loads",
        len(heavy),
        "",
        bound=0,
    )
    own = sorted(name for name in loaded - _loaded("pass") if name not in sys.stdlib_module_names)
    yield Note("import", f"`import nbstream` loads, besides the standard library: {_named(own)}.")


def _load_ext() -> Iterator[Row]:
    peer = _peer_python()
    ours: list[float] = []
    theirs: list[float] = []
    loaded: list[str] = []
    for run in range(RUNS + 1):
        cpu_s, loaded = _extension(sys.executable, "nbstream")
        peer_s = _extension(peer, "jupyter_ai_magics")[0] if peer else 0.0
        if run:  # the first one fills the disk's cache and writes bytecode
            ours.append(cpu_s * 1000)
            theirs.append(peer_s * 1000)
    yield Figure(
        "import",
        "CPU of `%load_ext nbstream`",
        median(ours),
        "ms",
        median(theirs) if peer else None,
        f"for {PEER.replace('==', ' ')}",
        bound=BOUND if peer else None,
        of_baseline=True,
    )
    if peer is None:
        yield Note("import", f"{PEER} could not be installed, so there is nothing to compare with.")
    packages = [name for name in loaded if name not in sys.stdlib_module_names]
    yield Note("import", f"`%load_ext nbstream` loads, besides IPython's own: {_named(packages)}.")


def _loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
    )
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def _extension(python: str, name: str) -> tuple[float, list[str]]:
    """CPU seconds of loading the extension into a running IPython, and the packages it loads."""
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, "-W", "ignore", "-c", _LOAD, name],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "IPYTHONDIR": folder},
        )
    cpu_s, packages = json.loads(done.stdout.splitlines()[-1])
    return cpu_s, packages


def _peer_python() -> str | None:
    """A Python with the peer, installed at the first call; None where that fails."""
    python = PEERS / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists() and not python.with_suffix(".exe").exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
    probe = [python, "-c", "import importlib.metadata as m; m.version('jupyter-ai-magics')"]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        print(f"Installing {PEER} into {PEERS} …", file=sys.stderr)
        pip = [python, "-m", "pip", "install", "--quiet", PEER]
        environment = {**os.environ, "PIP_CONSTRAINT": "", "PIP_BUILD_CONSTRAINT": ""}
        if subprocess.run(pip, env=environment, check=False).returncode != 0:
            return None
    return str(python)


def _named(names: list[str]) -> str:
    return ", ".join(names) or "nothing"
