"""Who may import whom, and what may not be loaded at all.

Each row of ROOMS imports rows above it, and its own row where that makes no circle. A package is
one room. An import counts wherever it stands, inside a function or for the type checker alone too.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import nbstream

SOURCE = Path(nbstream.__file__).parent

ROOMS = (
    "errors api_key events request fences growing_text text_window characters seam costs"
    " watchdog interruption transforms redact json_text indented typed_dicts own_files"
    " aside near_flags extras",
    "provider wire retry limits transcript snapshot metrics progress route after_drop endings"
    " misfit",
    "frame_writer harmless hearing session generation recording engine history formats"
    " schema wanted json_schema",
    "providers sinks",
    "secrets aliases choice known_models options gates offered context api conversation structured",
    "notebook",
    "ai",
    "cli __init__",
)
ROW = {room: row for row, rooms in enumerate(ROOMS) for room in rooms.split()}

SDKS = {"anthropic", "openai", "google", "httpx", "httpx2", "pydantic", "jiter"}
SERVERS_AND_ENGINES = {"xllamacpp", "starlette", "uvicorn", "redis", "tornado"}
WIDGETS = {"ipywidgets", "anywidget", "comm", "traitlets", "psygnal"}
SCREENS = {"rich", "IPython", "markdown_it", "nbclient", "nbconvert", "nbformat"}


def room_of(module: str) -> str:
    """The room of `nbstream.notebook.pump` is `notebook`; that of `nbstream` is `__init__`."""
    return [*module.split("."), "__init__"][1]


def imported_names(source: str, module: str, *, is_package: bool) -> Iterator[str]:
    """The nbstream modules that the source of `module` imports, by their full names."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = package[: len(package) - node.level + 1] if node.level else []
            named = [*origin, node.module] if node.module else origin
            parent = ".".join(named)
            # `from . import errors` names modules, `from .errors import UsageError` does not.
            yield from (f"{parent}.{alias.name}" for alias in node.names)


def imports_between_rooms() -> dict[str, set[str]]:
    """Which rooms each room imports, and by which file, as {"cli (cli.py)": {"errors", …}}."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = ["nbstream", *path.relative_to(SOURCE).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        names = imported_names(path.read_text(encoding="utf-8"), module, is_package=is_package)
        rooms = {room_of(name) for name in names if name.split(".")[0] == "nbstream"}
        # A name of `nbstream` itself that is no room (`from nbstream import stream`) is its front.
        rooms = {room if _is_room(room) else "__init__" for room in rooms}
        found.setdefault(room_of(module), set()).update(rooms - {room_of(module)})
    return found


def _is_room(name: str) -> bool:
    return name in ROW or (SOURCE / name).is_dir() or (SOURCE / f"{name}.py").is_file()


def test_every_module_stands_in_a_room() -> None:
    homeless = sorted(room for room in imports_between_rooms() if room not in ROW)
    assert homeless == [], "say in ROOMS in which row they stand"


def test_a_room_imports_only_rows_above_or_its_own() -> None:
    upwards = [
        f"{room} imports {target}"
        for room, targets in imports_between_rooms().items()
        for target in sorted(targets)
        if ROW[target] > ROW[room]
    ]
    assert upwards == []


def test_no_rooms_import_each_other_in_a_circle() -> None:
    circle: list[str] = []
    try:
        TopologicalSorter(imports_between_rooms()).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert circle == []


def modules_loaded_by(code: str, folder: Path) -> set[str]:
    """The modules that a fresh Python loads for `code`; IPython writes into `folder`."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"IPYTHONDIR": str(folder), "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


def packages(modules: set[str]) -> set[str]:
    """The top-level packages of these modules."""
    return {module.partition(".")[0] for module in modules}


def test_import_nbstream_loads_no_sdk_no_widget_library_and_no_engine(tmp_path: Path) -> None:
    loaded = packages(modules_loaded_by("import nbstream", tmp_path))
    assert "nbstream" in loaded
    assert loaded & (SDKS | SERVERS_AND_ENGINES | WIDGETS | SCREENS) == set()


@pytest.mark.parametrize(("extension", "magic"), [("nbstream", "generate"), ("nbstream.ai", "ai")])
def test_load_ext_loads_the_magics_and_leaves_the_rest_to_the_first_cell(
    extension: str, magic: str, tmp_path: Path
) -> None:
    loaded = modules_loaded_by(
        "from IPython.core.interactiveshell import InteractiveShell;"
        "shell = InteractiveShell.instance();"
        f"shell.run_line_magic('load_ext', '{extension}');"
        f"assert '{magic}' in shell.magics_manager.magics['cell']",
        tmp_path,
    )
    assert "nbstream.notebook.magic" in loaded
    assert packages(loaded) & (SDKS | SERVERS_AND_ENGINES | {"markdown_it"}) == set()
    later = {"session", "providers", "sinks", "events", "history", "harmless", "notebook.asked"}
    assert loaded & {f"nbstream.{name}" for name in later} == set()
