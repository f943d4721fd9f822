"""What `pip install` gives a person, from a wheel and from a checkout, with and without Node."""

from __future__ import annotations

import json
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
    template = "share/jupyter/nbconvert/templates/nbstream/index.html.j2"
    assert [name for name in names if name.endswith(template)]
    assert "nbstream/templates/nbstream/index.html.j2" in names
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


# What esbuild says of each bundle, asked of it apart from the build.
ACCOUNTS = """
import { account } from "./bundle.mjs";
const entries = ["src/widget.ts", "src/math.ts", "src/generator/index.ts"];
const files = (await Promise.all(entries.map((entry) => account(entry)))).flat();
console.log(JSON.stringify(files.filter(([, bytes]) => bytes > 0).map(([file]) => file)));
"""
LICENCE_TEXTS = ("nbstream/static/LICENSES.txt", "labextensions/nbstream/static/LICENSES.txt")


def test_a_wheel_has_the_licence_of_every_package_that_the_bundler_lists(wheel: Path) -> None:
    said = subprocess.run(
        ["node", "--input-type=module", "-e", ACCOUNTS],
        cwd=ROOT / "js", capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    files = [file for file in json.loads(said) if "node_modules/" in file]
    parts = [file.rpartition("node_modules/")[2].split("/") for file in files]
    bundled = {"/".join(part[: 2 if part[0].startswith("@") else 1]) for part in parts}
    assert {"commonmark", "mdurl", "temml"} <= bundled
    archive = zipfile.ZipFile(wheel)
    for place in LICENCE_TEXTS:
        name = next(name for name in archive.namelist() if name.endswith(place))
        text = archive.read(name).decode()
        # the table of named characters is made of a file that esbuild does not see
        for package in {*bundled, "entities"}:
            manifest = json.loads((ROOT / "js/node_modules" / package / "package.json").read_text())
            licence = (ROOT / "js/node_modules" / package / "LICENSE").read_text(encoding="utf-8")
            assert f"{package} {manifest['version']}\n\n{licence.strip()}\n" in text
    assert "\nwebpack 5" in text  # whose own code loads the extension's


def test_a_build_fails_where_a_bundled_package_has_no_licence_text(tmp_path: Path) -> None:
    checkout = checkout_without_bundle(tmp_path / "checkout")
    packages = checkout / NPM_PACKAGES[0]
    packages.unlink()
    packages.mkdir()
    for package in (ROOT / NPM_PACKAGES[0]).iterdir():
        (packages / package.name).symlink_to(package)
    # mdurl is found beside the real place of commonmark, which imports it
    for name in ("commonmark", "mdurl"):
        (packages / name).unlink()
        shutil.copytree(ROOT / NPM_PACKAGES[0] / name, packages / name)
    (packages / "mdurl" / "LICENSE").unlink()
    built = build_wheel(checkout, tmp_path / "dist", dict(os.environ))
    assert built.returncode != 0
    assert "mdurl 1.0.1 is bundled and has no licence text" in built.stdout + built.stderr


def test_no_package_s_install_script_is_run_by_a_build(tmp_path: Path) -> None:
    checkout = checkout_without_bundle(tmp_path / "checkout")
    lock = {"name": "page", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {}}}
    scripts = dict.fromkeys(("preinstall", "install", "postinstall", "prepare"), "touch ran")
    for packages in NPM_PACKAGES:
        folder = checkout / packages.parent
        (checkout / packages).unlink()
        out = "../src/nbstream/static" if folder.name == "js" else "../../src/nbstream/labextension"
        scripts["build"] = f"mkdir -p {out} && touch built {out}/package.json"
        manifest = {"name": "page", "version": "1.0.0", "scripts": scripts}
        (folder / "package.json").write_text(json.dumps(manifest))
        (folder / "package-lock.json").write_text(json.dumps(lock))
    built = build_wheel(checkout, tmp_path / "dist", dict(os.environ))
    assert built.returncode == 0, built.stdout + built.stderr
    for packages in NPM_PACKAGES:
        assert (checkout / packages.parent / "built").exists()
        assert not (checkout / packages.parent / "ran").exists()
