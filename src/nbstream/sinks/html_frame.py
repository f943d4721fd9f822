"""HTML of a model, shown where it can run nothing, load nothing and reach nothing.

The frame's sandbox has no scripts, forms, windows or way out, and its origin is its own; a policy
inside forbids whatever would be loaded. What neither holds back (a name looked up ahead of time, a
frame in the frame) stands in no element that does it: those are renamed.
"""

from __future__ import annotations

import re
from html import escape

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:;"
    " base-uri 'none'; form-action 'none'"
)
_HEAD = (
    "<!DOCTYPE html>"
    f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
    '<meta name="referrer" content="no-referrer">'
)
_FORBIDDEN = re.compile(
    r"<(?=/?(?:link|meta|base|iframe|frame|frameset|object|embed|portal|fencedframe)"
    r"(?![a-z0-9-]))(/?)",
    re.IGNORECASE,
)
_STYLE = "width:100%;height:24em;border:1px solid #8886;background:#fff;resize:vertical"


def html_frame(html: str, footer: str) -> str:
    """The HTML in its frame, its source to unfold (all that is left where an untrusted notebook's
    frames are taken out), and one line of plain text."""
    source = _HEAD + _FORBIDDEN.sub(r"<\1x-", html)
    return (
        f'<iframe sandbox="" referrerpolicy="no-referrer" title="HTML of the answer"'
        f' style="{_STYLE}" srcdoc="{escape(source)}"></iframe>'
        f"<details><summary>HTML</summary><pre><code>{escape(html)}</code></pre></details>"
        f"<p><em>{escape(footer)}</em></p>"
    )
