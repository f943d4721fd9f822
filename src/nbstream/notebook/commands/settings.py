"""`%generate config` and `version`."""

# traitlets is typed only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import sys
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from textwrap import fill

from ...errors import UsageError
from ...sinks.terminal import printable
from ..settings import Settings

_BESIDE = ("ipython", "ipykernel", "jupyterlab", "anywidget", "openai", "anthropic", "google-genai")
_WIDTH = 88


def settings_text(settings: Settings, setting: str | None) -> str:
    """Every setting, or one, with its value and its meaning. Raises UsageError."""
    traits = settings.class_traits(config=True)
    names = sorted(traits)
    if setting is not None:
        name = setting.removeprefix("NbStream.")
        if name not in traits:
            near = get_close_matches(name, names, n=1)
            instead = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}."
            raise UsageError(f"There is no setting {setting!r}; {instead}")
        names = [name]
    parts = [
        f"NbStream.{name} = {getattr(settings, name)!r}\n{_meaning(traits[name].help)}"
        for name in names
    ]
    how = "`%config NbStream.NAME = VALUE` sets one, `c.NbStream.NAME = VALUE` in ipython_config.py"
    return printable("\n".join([*parts, f"{how} for every notebook."]))


def versions() -> str:
    """What is installed, a line each."""
    return "\n".join([
        f"nbstream {version('nbstream')}",
        f"Python {sys.version.split()[0]}",
        *(f"{name} {found}" for name in _BESIDE if (found := _version(name))),
    ])  # fmt: skip


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _meaning(text: str) -> str:
    return fill(text, _WIDTH, initial_indent="    ", subsequent_indent="    ")
