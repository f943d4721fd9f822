"""What `pip install` gives a person, from a wheel and from a checkout, with and without Node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILD = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"

Completed = subprocess.CompletedProcess[str]

NPM_PACKAGES = (Path("js/node_modules"), Path("js/labextension/node_modules"))
BUILT = ("static", "labextension")

pytestmark = pytest.mark.skipif(
    not all((ROOT / packages).is_dir() for packages in NPM_PACKAGES),
    reason="the page's npm packages are not installed",
)


def checkout_without_bundle(folder: Path) -> Path:
    """A copy of the checkout with the npm packages and without what is built of the page."""
    not_source = shutil.ignore_patterns(".*", "node_modules", "build", "dist")
    shutil.copytree(ROOT, folder, ignore=not_source, dirs_exist_ok=True)
    for built in BUILT:
        shutil.rmtree(folder / "src" / "nbstream" / built, ignore_errors=True)
    shutil.copy(ROOT / ".gitignore", folder)
    for packages in NPM_PACKAGES:
        (folder / packages).symlink_to(ROOT / packages)
    return folder


def path_without_node(folder: Path) -> dict[str, str]:
    """The environment of a machine on which no program but Python's own is found."""
    folder.mkdir()
    return os.environ | {"PATH": str(folder)}


def build_wheel(
    checkout: Path, folder: Path, env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs the build backend in the checkout; the last line of stdout is the wheel's name."""
    return subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=checkout, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a checkout that had no bundle."""
    checkout = checkout_without_bundle(tmp_path_factory.mktemp("checkout"))
    folder = tmp_path_factory.mktemp("dist")
    built = build_wheel(checkout, folder, dict(os.environ))
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("nbstream-*.whl"))


def test_a_wheel_carries_the_page_s_bundle_and_its_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"nbstream/static/runtime.js.gz", "nbstream/static/stub.js"} <= set(names)
    assert [name for name in names if name.endswith("labextensions/nbstream/package.json")]
    assert "nbstream/py.typed" in names
    assert [name for name in names if name.endswith("/LICENSE")]
    assert [name for name in names if "node_modules" in name or "tests/" in name] == []


def test_a_wheel_installs_and_imports_where_there_is_no_node(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    env = path_without_node(tmp_path / "empty")
    install = ["-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel]
    subprocess.run([sys.executable, *install], env=env, capture_output=True, check=True)
    said = subprocess.run(
        [python, "-c", "import nbstream; print(nbstream.__file__)"],
        env=env, cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    installed = Path(said.strip()).parent
    assert installed.is_relative_to(tmp_path / "venv")
    assert any((installed / "static").iterdir())


def test_building_without_node_and_bundle_says_what_to_do_in_one_sentence(tmp_path: Path) -> None:
    checkout = checkout_without_bundle(tmp_path / "checkout")
    built = build_wheel(checkout, tmp_path / "dist", path_without_node(tmp_path / "empty"))
    assert built.returncode != 0
    assert "needs Node 20 or newer" in built.stdout + built.stderr
    assert "Traceback" not in built.stdout + built.stderr
