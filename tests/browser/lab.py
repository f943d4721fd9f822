"""A real Jupyter server for the browser tests: JupyterLab and Notebook from one process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.request import Request, urlopen
from uuid import uuid4

import nbformat

from tests.browser.serving import begun
from tests.kernels import write_kernelspecs

Frontend = Literal["lab", "notebook"]
Comms = Literal["default", "disabled"]
Theme = Literal["light", "dark"]

EXTENSION = Path(__file__).parents[2] / "src" / "nbstream" / "labextension"
START_TIMEOUT_S = 60
TOKEN = "token-of-the-tests"
# Nothing may ask the network for news, and no dialog may come in a test's way.
CONFIG: dict[str, dict[str, Any]] = {
    "ServerApp": {"port": 0, "ip": "127.0.0.1", "open_browser": False, "allow_root": True},
    "IdentityProvider": {"token": TOKEN},
    "LabApp": {
        "expose_app_in_browser": True,
        "extension_manager": "readonly",
        "news_url": None,
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    },
    "JupyterNotebookApp": {"expose_app_in_browser": True},
}
NOTIFICATIONS = "apputils-extension/notification"
KERNELS_SETTINGS = "apputils-extension/kernels-settings"
THEMES = "apputils-extension/themes"
DOCUMENTS = "docmanager-extension/plugin"


class Look(NamedTuple):
    """What a page is opened with."""

    frontend: Frontend
    kernel: str
    comms: Comms
    theme: Theme
    extension: bool
    """Whether nbstream's own extension is enabled."""


class Lab:
    """A running server whose folders all lie below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "notebooks"
        self.log = folder / "server.log"
        self._folder = folder
        self._settings = folder / "settings"
        self.url = ""

    def set(self, plugin: str, **values: object) -> None:
        """Write a user setting of JupyterLab's own `plugin`."""
        file = self._settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))

    def apply(self, look: Look) -> None:
        """Write the settings that pages opened from now on have."""
        comms = {} if look.comms == "default" else {"commsOverSubshells": look.comms}
        self.set(KERNELS_SETTINGS, **comms)
        self.set(THEMES, theme=f"JupyterLab {look.theme.capitalize()}")
        config = self._folder / "config" / "labconfig" / "page_config.json"
        config.parent.mkdir(parents=True, exist_ok=True)
        disabled = {} if look.extension else {"nbstream": True}
        config.write_text(json.dumps({"disabledExtensions": disabled}))

    def write_notebook(self, kernel: str) -> Path:
        """A new notebook without cells below the server's root."""
        notebook = nbformat.v4.new_notebook(
            metadata={"kernelspec": {"name": kernel, "display_name": kernel}}
        )
        path = self.root / f"{uuid4().hex[:8]}.ipynb"
        nbformat.write(notebook, path)
        return path

    def address(self, path: Path, frontend: Frontend) -> str:
        """The page that shows the notebook, with a workspace of its own in JupyterLab."""
        if frontend == "notebook":
            return f"{self.url}/notebooks/{path.name}?token={TOKEN}"
        return f"{self.url}/lab/workspaces/{path.stem}/tree/{path.name}?token={TOKEN}"

    def end_session(self, path: Path) -> None:
        """Shut the notebook's kernel down."""
        for session in self._api("GET", "sessions"):
            if session["path"] == path.name:
                self._api("DELETE", f"sessions/{session['id']}")

    def _api(self, method: str, what: str) -> Any:
        request = Request(
            f"{self.url}/api/{what}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urlopen(request, timeout=START_TIMEOUT_S) as answer:
            return json.loads(answer.read() or "null")

    @contextmanager
    def running(self) -> Iterator[Lab]:
        config, runtime = self._folder / "config", self._folder / "runtime"
        for folder in (config, runtime, self.root):
            folder.mkdir(parents=True)
        server_config = {**CONFIG, "ServerApp": {**CONFIG["ServerApp"], "root_dir": str(self.root)}}
        (config / "jupyter_server_config.json").write_text(json.dumps(server_config))
        write_kernelspecs(self._folder / "data")
        self._install_extension()
        self.set(NOTIFICATIONS, fetchNews="false", checkForUpdates=False)
        self.set(DOCUMENTS, autosave=False)
        environment = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(config),
            "JUPYTER_DATA_DIR": str(self._folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(runtime),
            "JUPYTERLAB_SETTINGS_DIR": str(self._settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(self._folder / "workspaces"),
            "IPYTHONDIR": str(self._folder / "ipython"),
        }
        command = [sys.executable, "-m", "jupyterlab"]
        with begun(command, self.root, environment, self.log) as process:
            self.url = self._address_of(process, runtime)
            yield self

    def _install_extension(self) -> None:
        """nbstream's own extension, as the wheel installs it."""
        if not (EXTENSION / "package.json").is_file():
            raise RuntimeError("There is no JupyterLab extension yet: run `make labextension`.")
        extensions = self._folder / "data" / "labextensions"
        extensions.mkdir()
        (extensions / "nbstream").symlink_to(EXTENSION)

    def _address_of(self, process: subprocess.Popen[bytes], runtime: Path) -> str:
        """Where the server listens, which it writes down when it does."""
        file = runtime / f"jpserver-{process.pid}.json"
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and process.poll() is None:
            try:
                return f"http://127.0.0.1:{json.loads(file.read_text())['port']}"
            except (FileNotFoundError, ValueError):
                time.sleep(0.05)
        raise RuntimeError(f"The Jupyter server did not start:\n{self.log.read_text()[-4000:]}")
