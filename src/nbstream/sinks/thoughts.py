"""What the model thought, folded away, as Markdown and HTML alike show it."""

from __future__ import annotations

from html import escape

from ..harmless.invisible import visible

# They are no part of the answer, and need not make its file large.
_LONGEST = 100_000
# What front ends look for in Markdown before they read its HTML: mathematics and code.
_LIVE = str.maketrans({mark: f"&#{ord(mark)};" for mark in "$`\\~@*_[]"})


def folded(reasoning: str) -> str:
    """The thoughts under a heading that unfolds them, or '' where there are none."""
    thoughts = reasoning.strip()
    if not thoughts:
        return ""
    if len(thoughts) > _LONGEST:
        thoughts = f"{thoughts[:_LONGEST]}\n... ({len(thoughts):,} characters in all)"
    text = escape(visible(thoughts)).translate(_LIVE)
    # An element that begins a line holds blank lines too, until it is closed.
    return (
        "<details><summary>The model's thoughts</summary>\n\n"
        f'<pre style="white-space:pre-wrap">{text}</pre>\n\n</details>'
    )
