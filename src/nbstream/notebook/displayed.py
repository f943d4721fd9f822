"""Displaying the static result."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

from IPython.core.getipython import get_ipython

from ..growing_text import GrowingText

_MARKDOWN = "text/markdown"
_LONG = 1_000_000


def show(
    data: dict[str, Any], markdown: GrowingText, display: Callable[[dict[str, Any]], object]
) -> None:
    """Have `display` show the MIME bundle `data` with the Markdown.

    A long text takes five times its memory on Jupyter's usual way, twenty times where there is an
    emoji in it: it is made the message's JSON part by part.
    """
    publisher: Any = getattr(get_ipython(), "display_pub", None)
    hooks: object = getattr(publisher, "_hooks", None)
    # Others look at the message, or there is no kernel that sends it.
    if len(markdown) < _LONG or hooks != []:
        display({**data, _MARKDOWN: str(markdown)})
        return

    def packed(message: dict[str, Any]) -> dict[str, Any]:
        return {**message, "content": _packed(message["content"], markdown)}

    publisher.register_hook(packed)
    try:
        display(data)
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
