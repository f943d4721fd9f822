r"""The `{name}` in a prompt, and all the braces that are something else.

JSON, TypeScript, LaTeX and examples of f-strings are prompts too, and none of their braces has to
be escaped: what is no reference stays, and so does everything in an f-string, in LaTeX
(`$x_{i}$`, `\frac{a}{b}`), in a template's `${name}` and in `{{name}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .references import Reference, reference

_BRACES = re.compile(r"\{([^\s{}](?:[^{}\n]*[^\s{}])?)\}")
_OTHERS = re.compile(
    r"""
    \b[fF][rR]?(?P<triple>\"{3}|'{3}).{0,9999}?(?P=triple)   # f-strings
    | \b(?:[fF][rR]?|[rR][fF])(?P<quote>["'])[^\n]{0,999}?(?<!\\)(?P=quote)
    | \$\$.{1,9999}?\$\$                               # mathematics
    | (?<![\\$])\$(?![\s{$])[^$\n]{0,999}?(?<=[^\s\\])\$(?!\d)
    | \\\(.{1,999}?\\\) | \\\[.{1,999}?\\\]
    | \\begin\{(?P<environment>[^{}\n]{1,99})\}.{0,1499}?\\end\{(?P=environment)\}
    | \\[A-Za-z]+\*?(?:\[[^\]\n]{0,199}\])?(?:\{[^{}\n]*\})+
    """,
    re.VERBOSE | re.DOTALL,
)


def parts(text: str) -> Iterator[str | Reference]:
    """The text in pieces; together, with each reference in its braces, they are `text`."""
    done = 0
    for start, end, found in _references(text):
        if start > done:
            yield text[done:start]
        yield found
        done = end
    if done < len(text):
        yield text[done:]


def _references(text: str) -> Iterator[tuple[int, int, Reference]]:
    others = [match.span() for match in _OTHERS.finditer(text)]
    for match in _BRACES.finditer(text):
        start, end = match.span()
        while others and others[0][1] <= start:
            others.pop(0)
        if others and others[0][0] <= start:
            continue
        before, after = text[start - 1 : start], text[end : end + 1]
        if before in {"$", "\\"} or (before == "{" and after == "}"):
            continue
        found = reference(match[1])
        if found is not None:
            yield start, end, found
