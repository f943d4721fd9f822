"""Putting the static result in the place of the live output."""

# IPython types its display functions only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
import json
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle

from ..growing_text import GrowingText

_MARKDOWN = "text/markdown"
_LONG = 1_000_000


def replace_output(handle: DisplayHandle, data: dict[str, Any], markdown: GrowingText) -> None:
    """Update what `handle` shows to the MIME bundle `data` with the Markdown.

    A long text takes five times its memory on Jupyter's usual way, twenty times where there is an
    emoji in it: it is made the message's JSON part by part.
    """
    publisher: Any = getattr(get_ipython(), "display_pub", None)
    hooks: object = getattr(publisher, "_hooks", None)
    # Others look at the message, or there is no kernel that sends it.
    if len(markdown) < _LONG or hooks != []:
        handle.update({**data, _MARKDOWN: str(markdown)}, raw=True)
        return

    def packed(message: dict[str, Any]) -> dict[str, Any]:
        return {**message, "content": _packed(message["content"], markdown)}

    publisher.register_hook(packed)
    try:
        handle.update(data, raw=True)
    finally:
        publisher.unregister_hook(packed)


def _packed(content: dict[str, Any], markdown: GrowingText) -> bytes:
    """The content as JSON in UTF-8, with the Markdown among its data."""
    rest = json.dumps(content["data"], ensure_ascii=False)
    others = {name: value for name, value in content.items() if name != "data"}
    written = io.BytesIO()
    written.write(f'{json.dumps(others)[:-1]}, "data": {{"{_MARKDOWN}": "'.encode())
    for part in markdown:
        written.write(json.dumps(part, ensure_ascii=False)[1:-1].encode())
    written.write(f'", {rest[1:]}}}'.encode())
    return written.getvalue()
