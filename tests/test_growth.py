"""No text from outside costs more than in proportion to its length."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import nbstream
from tests.growing import MODULES, OTHERS, READERS, UNITS

SOURCE = Path(nbstream.__file__).parent


@pytest.mark.parametrize("name", READERS)
def test_reading_takes_time_in_proportion_to_the_text_whatever_it_is(name: str) -> None:
    try:
        read = subprocess.run(
            [sys.executable, "-m", "tests.growing", name],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
    except subprocess.TimeoutExpired as late:
        last = (late.stdout or b"").decode().splitlines()[-1:]
        pytest.fail(f"{name} does not end for a run of {last}")
    lines = read.splitlines()
    assert len(lines) == len(UNITS)
    assert [line for line in lines if not line.endswith("is linear")] == []


def test_each_module_with_a_pattern_says_whose_text_it_reads() -> None:
    having = {
        path.relative_to(SOURCE).with_suffix("").as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(r"\bre\.[a-z]+\(", path.read_text())
    }
    assert having == {*MODULES, *OTHERS}
    assert set(MODULES.values()) <= set(READERS)
