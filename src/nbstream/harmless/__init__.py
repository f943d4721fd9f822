"""Markdown that shows what the live view shows, in JupyterLab, nbconvert and on GitHub.

Those run the HTML in a text, load its pictures and follow any scheme. Here images become links,
HTML becomes text, and links lead where the live view's may. markdown-it says what is what; where
another parser could see it otherwise, what would be live to that one is written so that it is not.
"""

from .blocks import safe_markdown, safe_text

__all__ = ["safe_markdown", "safe_text"]
