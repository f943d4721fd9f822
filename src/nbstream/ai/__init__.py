"""`%load_ext nbstream.ai`: `%%ai` and `%ai` as jupyter-ai has them, over nbstream's streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """`%load_ext nbstream.ai`: register the magics, and nbstream's own."""
    from .magic import AiMagics

    assert ipython.extension_manager is not None
    ipython.extension_manager.load_extension("nbstream")  # pyright: ignore[reportUnknownMemberType]
    magics = AiMagics(ipython)
    ipython.register_magics(magics)  # pyright: ignore[reportUnknownMemberType]
    magics.complete()
