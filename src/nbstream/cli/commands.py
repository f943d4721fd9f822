"""What a command module is given to add itself to."""

from __future__ import annotations

import argparse
from typing import Protocol


class Commands(Protocol):
    """The part of argparse's subparsers that commands use."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        """The new command's own grammar."""
        ...
