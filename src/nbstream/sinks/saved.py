"""The static result: what stays in the notebook file and reads the same with no kernel.

`text/markdown` for every front end, GitHub and nbconvert, `text/plain` for the rest; never a
widget, and never what runs or loads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..endings import number_of
from ..events import Attachment
from ..fences import closing_fence
from ..generation import Generation
from ..growing_text import GrowingText
from ..harmless import safe_text
from ..harmless.invisible import visible
from .thoughts import folded

# Above this the plain copy is shortened: the same text twice in one message would pass the rate
# at which jupyter_server starts to drop output (1 MB/s over 3 s).
_LONGEST_PLAIN = 400_000
_LONG = 1_000_000
_MOST_NAMED = 5


def mimebundle(generation: Generation) -> dict[str, str]:
    """The answer and its footer by MIME type."""
    return {"text/markdown": markdown(generation), "text/plain": plain(generation)}


def markdown(generation: Generation) -> str:
    """`markdown_text` as one string."""
    return str(markdown_text(generation, generation.text_parts))


def markdown_text(generation: Generation, text: Iterable[str]) -> GrowingText:
    """What was thought, folded; the text with nothing live in it, closed where it was cut in code;
    a one-line footer in italics. `text` is the generation's as its format shows it."""
    whole = GrowingText()
    if generation.reasoning.strip():
        whole.append(f"{folded(generation.reasoning)}\n\n")
    if any(part and not part.isspace() for part in text):
        for part in _answer(text):
            whole.append(part)
        whole.append("\n\n")
    if generation.error:
        whole.append(f"{_escape(visible(generation.error))}\n\n")
    last = f"*{_escape(footer(generation))}*\n"
    whole.append(last.replace("·", "&middot;") if _stays_ascii(generation) else last)
    return whole


def answer(generation: Generation) -> str:
    """The text alone, with nothing live in it, closed where it was cut in code."""
    return "".join(_answer(generation.text_parts))


def _answer(text: Iterable[str]) -> Iterator[str]:
    safe = safe_text(text)
    yield from _without_end_space(safe)
    if end := closing_fence(safe):
        yield f"\n{end}"


def _without_end_space(parts: Iterable[str]) -> Iterator[str]:
    held = ""
    for part in parts:
        part = held + part
        said = part.rstrip()
        held = part[len(said) :]
        yield said


def plain(generation: Generation) -> str:
    """The same without markup, characters that hide or reorder text named."""
    parts = _without_end_space(generation.text_parts)
    text, length = "", 0
    for part in parts:
        text += part[: _LONGEST_PLAIN + 1 - len(text)]
        length += len(part)
    if length > _LONGEST_PLAIN:
        text = f"{text[:_LONGEST_PLAIN]}\n… ({length:,} characters in all)"
    parts = [part for part in (text, generation.error, footer(generation)) if part]
    whole = visible("\n\n".join(parts))
    return whole.replace("·", "-").replace("…", "...") if _stays_ascii(generation) else whole


def _stays_ascii(generation: Generation) -> bool:
    """Whether nothing but ASCII may be added: one other character would double the memory that it
    takes to encode a long answer's message."""
    length = 0
    for part in generation.text_parts:
        length += len(part)
        if not part.isascii():
            return False
    return length > _LONG


def footer(generation: Generation) -> str:
    """Model, status, tokens and time in one line, for example
    ``openai/gpt-6-sol · Complete · 182 tokens · 2.1 s``."""
    metrics = generation.metrics
    facts = [generation.model, generation.status.capitalize()]
    if metrics.output_tokens:
        about = "" if metrics.exact else "~"
        unit = "token" if metrics.output_tokens == 1 else "tokens"
        facts.append(f"{about}{metrics.output_tokens:,} {unit}")
    if metrics.cost_usd is not None:
        facts.append(dollars(metrics.cost_usd))
    facts.append(duration(metrics.elapsed_s))
    if generation.attachments:
        facts.append(f"with {attached(generation.attachments)}")
    return visible(" · ".join(facts))


def attached(attachments: Sequence[Attachment]) -> str:
    """What went into the prompt, each with its size, for example
    ``df (1,204 characters), fig (~410 tokens)``."""
    named = [
        f"{one.name} ({number_of(one.characters, 'character')})"
        if one.characters
        else f"{one.name} (~{number_of(one.tokens, 'token')})"
        for one in attachments[:_MOST_NAMED]
    ]
    more = len(attachments) - len(named)
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def dollars(amount: float) -> str:
    """Two digits that count: ``$0.0012``, ``$0.25``, ``$12.40``."""
    if amount >= 1:
        return f"${amount:,.2f}"
    text = f"{amount:.12f}"
    first = next((place for place in range(2, len(text)) if text[place] != "0"), 2)
    return f"${amount:.{max(2, first)}f}"


def duration(seconds: float) -> str:
    """Seconds as people read them: ``0.8 s``, ``12.4 s``, ``2 min 05 s``."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def _escape(text: str) -> str:
    """Text that Markdown shows as it is, in one line."""
    text = re.sub(r"([\\`*_\[\]<>&#|~$!])", r"\\\1", " ".join(text.split()))
    # At the beginning these would make a list or a rule of it.
    return re.sub(r"^(\d{0,9})([-+=.)])", r"\1\\\2", text)
