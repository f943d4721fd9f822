"""What `make test` installs: nothing that packages would run, and into the system only what
CONTRIBUTING.md says, saying so."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def set_up(folder: Path, *, user: int = 0, allowed: bool = True, **environ: str) -> str:
    """What `scripts/chromium` says on a machine that has apt-get and no Chromium, then a line
    `ran …` for each program it ran. `allowed` is whether sudo needs no password."""
    ran = folder / "ran"
    programs = {
        "id": f"echo {user}",
        "apt-get": f'echo "ran apt-get $*" >>{ran}',
        "sudo": f'{"" if allowed else "exit 1;"} shift; exec "$@"',
        "env": 'shift; exec "$@"',
        "true": "exit 0",
        "python": f'echo "ran python $*" >>{ran}',
    }
    folder.mkdir(exist_ok=True)
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "chromium", folder / "python"],
        env={"PATH": str(folder), **environ}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout + (ran.read_text() if ran.exists() else "")


@pytest.mark.parametrize("user", [0, 1000])
def test_a_system_package_is_named_before_it_is_installed_with_the_way_around(
    user: int, tmp_path: Path
) -> None:
    said = set_up(tmp_path / "bin", user=user)
    sentence = said.partition("\n")[0]
    assert "system package chromium with apt-get" in sentence
    assert "NO_SYSTEM_PACKAGES=1" in sentence
    assert "ran apt-get install -y -qq --no-install-recommends chromium" in said
    assert "playwright" not in said


@pytest.mark.parametrize(
    ("user", "allowed", "environ"),
    [(0, True, {"NO_SYSTEM_PACKAGES": "1"}), (1000, False, {})],
    ids=["where that is asked for", "where nobody may install"],
)
def test_the_system_is_left_as_it_is(
    user: int, allowed: bool, environ: dict[str, str], tmp_path: Path
) -> None:
    said = set_up(tmp_path / "bin", user=user, allowed=allowed, **environ)
    assert "apt-get" not in said
    assert "ran python -m playwright install chromium" in said
    assert "Downloading Playwright's Chromium" in said


def test_contributing_says_what_is_installed_into_the_system_and_how_to_avoid_it() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "`chromium` with `apt-get`" in text
    assert "make NO_SYSTEM_PACKAGES=1" in text


@pytest.mark.parametrize("folder", ["js", "js/labextension"])
def test_make_runs_no_package_s_install_script(folder: str) -> None:
    printed = subprocess.run(
        ["make", "--dry-run", "--always-make", f"{folder}/node_modules/.installed"],
        cwd=ROOT, env={**os.environ, "MAKEFLAGS": ""}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    commands = [line for line in printed.splitlines() if " ci " in line and "npm" in line]
    assert commands
    assert all("--ignore-scripts" in line for line in commands)
