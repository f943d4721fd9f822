"""HTML of a model, shown where it can run nothing, load nothing and reach nothing.

The frame's sandbox has no scripts, forms, windows or way out, and its origin is its own; a policy
inside forbids whatever would be loaded. What neither holds back, above all a link that leads the
frame itself elsewhere, is not in the HTML that it is given: see `harmless.page`.
"""

from __future__ import annotations

from html import escape

from ..harmless.invisible import visible
from ..harmless.page import harmless_page

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:;"
    " base-uri 'none'; form-action 'none'"
)
# A part of the page is sought in the frame's own page; without a base it would be the notebook's,
# which the frame would load. The policy allows no base after it.
_HEAD = (
    '<!DOCTYPE html><base href="about:srcdoc">'
    f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
    '<meta name="referrer" content="no-referrer">'
)
_STYLE = "width:100%;height:24em;border:1px solid #8886;background:#fff;resize:vertical"


def html_frame(html: str, footer: str) -> str:
    """The HTML in its frame, its source to unfold (all that is left where an untrusted notebook's
    frames are taken out), and one line of plain text."""
    return (
        f'<iframe sandbox="" referrerpolicy="no-referrer" title="HTML of the answer"'
        f' style="{_STYLE}" srcdoc="{escape(_HEAD + harmless_page(html))}"></iframe>'
        f"<details><summary>HTML</summary><pre><code>{escape(visible(html))}</code></pre></details>"
        f"<p><em>{escape(visible(footer))}</em></p>"
    )
