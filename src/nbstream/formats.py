"""What an answer is asked for and shown as: Markdown, code, plain text, JSON, HTML or mathematics.

Pure. Whatever is no Markdown is shown by Markdown around it, so that every front end, live and
saved, can: text, JSON and HTML as a code block, mathematics between `$$`.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Literal

from .fences import CodeBlock, CodeBlocks, code_blocks
from .indented import Indented

Format = Literal["markdown", "code", "text", "json", "html", "math"]

INSTRUCTIONS: dict[Format, str] = {
    "markdown": "",
    "code": "Put code into fenced code blocks that name their language.",
    "text": "Answer in plain text, without Markdown.",
    "json": "Answer with one JSON value and nothing else.",
    "html": "Answer with one self-contained HTML document and nothing else: styles inline, no"
    " scripts, and nothing that is loaded from elsewhere.",
    "math": "Answer with LaTeX mathematics between $$ and $$ and nothing else.",
}
"""What the model is told besides the system prompt."""

PYTHON = ("python", "py", "python3", "ipython", "ipython3")

# Longer than any an answer is likely to hold.
_FENCE = "~~~~~~~~"
_OPENINGS: dict[Format, tuple[str, str]] = {
    "text": (f"{_FENCE}text\n", ""),
    "json": (f"{_FENCE}json\n", ""),
    "html": (f"{_FENCE}html\n", ""),
    "math": ("$$\n", "\n$$"),
}
# An answer that brings its own is shown as it is.
_OWN = {"json": r"```|~~~", "html": r"```|~~~", "math": r"```|~~~|\$|\\\[|\\\("}
_ENOUGH = 3
# An element, a declaration or a comment; an address in angle brackets is none.
_HTML = r"<(?:!doctype\b|!--|\?xml\b|[a-z][\w-]*(?=[\s/>]))"
_BEGINNING = 40


def instructed(system: str | None, format: Format) -> str | None:
    """The system prompt with what the format asks for."""
    return "\n\n".join(text for text in (system, INSTRUCTIONS[format]) if text) or None


class Around:
    """What goes around one answer, whose text is given in pieces; JSON is indented. Nothing goes
    around it if it is `bare`."""

    def __init__(self, format: Format, *, bare: bool = False) -> None:
        self._format = format
        self._opening, self._closing = _OPENINGS.get(format, ("", ""))
        self._held = ""
        self._open = not self._opening
        if bare:
            self._opening = self._closing = ""
        self._indented = Indented() if format == "json" else None

    def take(self, text: str) -> str:
        """The next piece as it is shown; '' while too little is there to tell."""
        if self._open:
            return self._indented.take(text) if self._indented else text
        self._held += text
        if len(self._held.lstrip()) < (_ENOUGH if self._format in _OWN else 1):
            return ""
        return self._begin()

    def end(self) -> str:
        """What is shown after the last piece."""
        if self._open:
            return self._closing
        return self._begin() + self._closing if self._held.strip() else ""

    def _begin(self) -> str:
        self._open = True
        if self._format in _OWN and re.match(_OWN[self._format], self._held.lstrip()):
            self._opening = self._closing = ""
            self._indented = None
        return self._opening + (self._indented.take(self._held) if self._indented else self._held)


def without_opening(text: str) -> str:
    """The beginning of what a format shows, without the fence that goes around an answer."""
    return re.sub(rf"\A{_FENCE}\w*\n", "", text)


def content(text: str) -> str:
    """An answer that was asked to be one thing, without the fence some models put around it."""
    blocks = code_blocks(text)
    bare = text.strip()
    fenced = len(blocks) == 1 and bare[:3] in ("```", "~~~") and bare[-3:] in ("```", "~~~")
    return str(blocks[0]) if fenced else text


def complaints(text: str, format: Format) -> Iterator[str]:
    """A sentence for each thing that is not as the format has it."""
    if format == "json":
        yield from _json_complaints(content(text))
    elif format == "code":
        yield from _code_complaints(code_blocks(text))
    elif format == "html":
        yield from _html_complaints(content(text).strip())


def python_blocks(blocks: CodeBlocks) -> CodeBlocks:
    """Those that say they are Python; where none says what it is, all."""
    if any(block.language for block in blocks):
        return CodeBlocks(block for block in blocks if block.language.lower() in PYTHON)
    return blocks


def _json_complaints(text: str) -> Iterator[str]:
    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        yield f"The answer is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
    except ValueError as error:
        yield f"The answer is not JSON: {error}."
    except RecursionError:
        yield "The answer is JSON nested too deeply to be read."


def _html_complaints(text: str) -> Iterator[str]:
    if text and not re.match(_HTML, text, re.IGNORECASE):
        beginning = " ".join(text[: _BEGINNING + 1].split())
        if len(text) > _BEGINNING:
            beginning = f"{beginning[:_BEGINNING]}…"
        yield f"The answer is not HTML: it begins with {beginning!r}."


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no value of it")


def _code_complaints(blocks: CodeBlocks) -> Iterator[str]:
    if not blocks:
        yield "There is no fenced code in the answer."
    python = {id(block) for block in python_blocks(blocks)}
    for number, block in enumerate(blocks, 1):
        if id(block) in python:
            problem = _syntax_error(block)
            if problem:
                where = f"block {number}, " if len(blocks) > 1 else ""
                yield f"The Python code does not parse: {where}{problem}."


def _syntax_error(code: CodeBlock) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(_plain_python(code))
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__
    return ""


def _plain_python(code: str) -> str:
    """The code with `%magics`, `!commands` and `>>>` as IPython runs them."""
    try:
        transformers = import_module("IPython.core.inputtransformer2")
    except ImportError:
        return code
    return transformers.TransformerManager().transform_cell(code)
