"""Real kernels to test on: `nbstream-7` is the installed ipykernel, `nbstream-6` is 6.30.1.

Both run this Python with everything it has installed; the older ipykernel lies in a folder of its
own that comes first on that kernel's path.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

KERNELS = ("nbstream-7", "nbstream-6")
IPYKERNEL_6 = ("ipykernel==6.30.1", "nest-asyncio==1.6.0")
START_TIMEOUT_S = 60


def ipykernel_6_folder() -> Path:
    """The folder with ipykernel 6.30.1, installed at the first call if `make` has not."""
    in_venv = sys.prefix != sys.base_prefix
    home = Path(sys.prefix) if in_venv else Path(__file__).resolve().parents[1] / "build"
    folder = home / "ipykernel-6.30.1"
    if not (folder / "ipykernel").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run(
            [*pip, "--target", str(folder), *IPYKERNEL_6],
            check=True,
            env={**os.environ, "PIP_CONSTRAINT": ""},
        )
    return folder


def write_kernelspecs(data_dir: Path) -> Path:
    """Write both kernels below `data_dir`, a Jupyter data folder; returns the kernels' folder."""
    environments = {"nbstream-7": {}, "nbstream-6": {"PYTHONPATH": str(ipykernel_6_folder())}}
    kernels = data_dir / "kernels"
    for name, environment in environments.items():
        (kernels / name).mkdir(parents=True, exist_ok=True)
        spec = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": name,
            "language": "python",
            "env": environment,
        }
        (kernels / name / "kernel.json").write_text(json.dumps(spec))
    return kernels


@contextmanager
def running_kernel(name: str, folder: Path) -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    """Kernel `name` and a connected client, with `folder` as its place for files."""
    specs = KernelSpecManager(kernel_dirs=[str(write_kernelspecs(folder))])
    connection = folder / f"{name}.json"
    manager = KernelManager(
        kernel_name=name, kernel_spec_manager=specs, connection_file=str(connection)
    )
    manager.start_kernel(cwd=str(folder), env={**os.environ, "IPYTHONDIR": str(folder / "ipython")})
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=START_TIMEOUT_S)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
