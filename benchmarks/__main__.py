"""The figures as a table: `python -m benchmarks [wire] [kernel] [adapters] [cancel] [import]
[memory] [lab] [rendering]`.

Without names, every part. The table also goes to `build/benchmarks.md`; the exit status is 1 where
a bound does not hold. `docs/benchmarks.md` says what each row means.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from .figures import Figure, Row, markdown

PARTS = ("wire", "kernel", "adapters", "cancel", "import", "memory", "lab", "rendering")
ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="nbstream's figures")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    asked: list[str] = parser.parse_args().parts
    for name in asked:
        if name not in PARTS:
            parser.error(f"there is no part {name!r}; there are {', '.join(PARTS)}")
    rows: list[Row] = []
    for name in asked or PARTS:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += _measure(name)()
    table = f"{_machine()}\n\n{markdown(rows)}"
    written = ROOT / "build" / "benchmarks.md"
    written.parent.mkdir(exist_ok=True)
    written.write_text(table, encoding="utf-8")
    print(table)
    return int(any(isinstance(row, Figure) and row.holds is False for row in rows))


def _measure(part: str) -> Callable[[], Iterable[Row]]:
    name = "imports" if part == "import" else part
    measure: Callable[[], Iterable[Row]] = import_module(f".{name}", __package__).measure
    return measure


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    names = ("nbstream", "ipykernel", "jupyterlab", "openai", "anthropic")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{os.cpu_count()} cores{load}; Python {platform.python_version()}, {versions}."


if __name__ == "__main__":
    sys.exit(main())
