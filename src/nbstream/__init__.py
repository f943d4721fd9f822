"""nbstream: have a language model write into a Jupyter notebook.

In a notebook: ``%load_ext nbstream``, then ``%%generate`` over a prompt. From Python:
``async for event in nbstream.stream(prompt)`` and ``await nbstream.generate(prompt)``.
Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .api import generate, stream
    from .conversation import Conversation, conversations
    from .costs import price
    from .errors import NbStreamError
    from .gates import limit
    from .generation import Generation
    from .notebook.background import Background
    from .notebook.generator import Generator
    from .offered import models
    from .request import Message
    from .structured import values

    last: Generation | None
    running: tuple[Background, ...]
    __version__: str

__all__ = [
    "Conversation",
    "Generation",
    "Generator",
    "Message",
    "NbStreamError",
    "__version__",
    "conversations",
    "generate",
    "last",
    "limit",
    "load_ipython_extension",
    "models",
    "price",
    "running",
    "stream",
    "values",
]

_HOMES = {
    "Conversation": "conversation",
    "conversations": "conversation",
    "generate": "api",
    "stream": "api",
    "last": "api",
    "limit": "gates",
    "models": "offered",
    "price": "costs",
    "Generation": "generation",
    "Generator": "notebook.generator",
    "Message": "request",
    "values": "structured",
    "NbStreamError": "errors",
}


def __getattr__(name: str) -> Any:
    # `last` changes, so nothing that is looked up here is kept.
    if name == "__version__":
        return _version("nbstream")
    if name == "running":
        return import_module(".notebook.background", __name__).running()
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """`%load_ext nbstream`: register the magics, and have `nbstream.last` at hand."""
    from .notebook.commands.named import COMMANDS
    from .notebook.completion.register import register
    from .notebook.line_magic import NbStreamLine
    from .notebook.lone_line import register as register_lone_line
    from .notebook.magic import NbStream
    from .notebook.variables import failed_cells

    failed_cells(ipython)  # from now on
    if "nbstream" not in ipython.user_ns:  # pyright: ignore[reportUnknownMemberType]
        # What the magics say names it; `%who` lists the user's own.
        own = {"nbstream": import_module(__name__)}
        ipython.push(own, interactive=False)  # pyright: ignore[reportUnknownMemberType]
    ipython.register_magics(NbStream(ipython), NbStreamLine(ipython))  # pyright: ignore[reportUnknownMemberType]
    register_lone_line(ipython)
    register(ipython, "generate", lambda: NbStream.generate.parser, list(COMMANDS))  # pyright: ignore
