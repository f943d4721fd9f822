"""What reads foreign text, and kinds of text that cost a careless reader the square of its length.

`python -m tests.growing READER` prints a line for each kind of text.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from nbstream import fences, formats, json_text, known_models, secrets
from nbstream.characters import well_formed
from nbstream.context import braces, prompt
from nbstream.harmless import safe_markdown
from nbstream.harmless.escapes import escaped, settled
from nbstream.harmless.hosts import host_of
from nbstream.harmless.invisible import VisibleText, visible_entities
from nbstream.harmless.link_policy import disguised_host, is_safe_destination
from nbstream.harmless.page import harmless_page
from nbstream.indented import Indented
from nbstream.providers import error_answer, error_meaning, redaction
from nbstream.providers.asked import Asked
from nbstream.redact import Redact
from nbstream.sinks.terminal import printable

Reader = Callable[[str], object]

# fmt: off
UNITS = [
    "~", "`", "[", "]", "(", ")", "<", ">", "$", "*", "_", "|", "&", "{", "}", "\\", "#", "-",
    "!", '"', "'", ":", "/", "@", "=", " ", "\t", "\n", "a", "0", "\u6f22", "\U0001f600",
    "\u200d", "\u202e", "\x1b[", "[](", "![", "<a ", "</", "<!--", "&#", "&amp", "$$", "\\[",
    "\\(", "\\a[", "\\a{", "\\begin{a}", "~~~a", "```a ", "http://a", "a.", "a-", "sk-", "eyJ.",
    "model ", "token count ", "> ", "- ", '{"a":', "[1,", "f'", "|a", "**a", "```\n", "<script>",
    "*a_", "a@", "{a}", "${", "1,", "~ ",
]
# fmt: on
SIZES = (8_000, 32_000)


def in_pieces(take: Callable[[str], object]) -> Reader:
    """A reader of text that comes seven characters at a time."""

    def read(text: str) -> None:
        for at in range(0, len(text), 7):
            take(text[at : at + 7])

    return read


def error(text: str) -> object:
    failed = error_answer.ErrorEvent({"message": text, "code": text, "type": text})
    return error_meaning.meaning(error_answer.read(failed), Asked("p", "m", "http://x", "K"))


READERS: dict[str, Reader] = {
    "an answer, saved": safe_markdown,
    "an answer's code": fences.code_blocks,
    "an answer's fence": fences.closing_fence,
    "an answer as code": lambda text: list(formats.complaints(text, "code")),
    "code of an answer": lambda text: list(formats.complaints(f"```python\n{text}\n```", "code")),
    "an answer as JSON": lambda text: list(formats.complaints(text, "json")),
    "JSON so far": lambda text: json_text.partial_json(json_text.json_so_far(text)),
    "JSON in an answer": lambda text: list(json_text.json_texts(text)),
    "JSON in pieces": lambda text: in_pieces(Indented().take)("[" + text),
    "an answer's HTML": harmless_page,
    "a text as entities": escaped,
    "math": settled,
    "invisible entities": visible_entities,
    "an answer in pieces": lambda text: in_pieces(VisibleText().take)(text),
    "redacted pieces": lambda text: in_pieces(Redact(["aaab", "~~~x"]).take)(text),
    "a link": lambda text: (disguised_host(text, "http://a.b"), is_safe_destination(text)),
    "a host": lambda text: host_of(f"http://{text}"),
    "a prompt": lambda text: list(braces.parts(text)),
    "an attachment": prompt.fenced,
    "secrets": lambda text: secrets.secrets_in(text, {}),
    "an error": error,
    "words of a provider": lambda text: redaction.shown(text, "abcdefghijklmnop"),
    "half characters": well_formed,
    "a terminal": printable,
    "a model's name": lambda text: known_models.names_in([text]),
}


# Which readers hold the patterns of each module that has some, or whose text it reads instead.
MODULES = {
    "characters": "half characters",
    "context/braces": "a prompt",
    "context/prompt": "an attachment",
    "fences": "an answer's fence",
    "formats": "an answer as code",
    "harmless/blocks": "an answer, saved",
    "harmless/code": "an answer, saved",
    "harmless/escapes": "math",
    "harmless/hosts": "a host",
    "harmless/inline": "an answer, saved",
    "harmless/invisible": "an answer in pieces",
    "harmless/link_policy": "a link",
    "harmless/markup": "an answer's HTML",
    "harmless/page": "an answer's HTML",
    "json_text": "JSON in an answer",
    "known_models": "a model's name",
    "providers/context_size": "an error",
    "providers/error_meaning": "an error",
    "providers/redaction": "words of a provider",
    "redact": "redacted pieces",
    "secrets": "secrets",
    "sinks/terminal": "a terminal",
}
OTHERS = {
    **dict.fromkeys(("ai/flags", "ai/lines", "ai/models", "notebook/flags"), "a typed line"),
    **dict.fromkeys(("aliases", "notebook/chat", "notebook/reader", "options"), "the user's names"),
    **dict.fromkeys(("schema", "notebook/schema"), "the user's types and schema"),
    **dict.fromkeys(("context/attach", "context/budget"), "a flag's value"),
    **dict.fromkeys(
        ("notebook/completion/prompt", "notebook/completion/register", "notebook/variables"),
        "the user's cell",
    ),
    "context/files": "a pattern of file names",
    "notebook/commands/key": "the name of a variable that the user typed",
    "extras": "this package's own metadata",
    "notebook/lone_line": "the first line that the user typed",
    "context/tracebacks": "the kernel's own traceback, by a pattern of linear cost",
    "costs": "a model's name that was asked for",
    "engine/wheel": "the last line of pip, cut",
    "providers/connections": "names of environment variables",
    "providers/event_lines": "bytes of a line, each pattern at one place or of one character",
    "providers/gemini_calls": "a path in a chunk, by a pattern that begins with one character",
    "providers/openai_responses": "an error's sentence, cut",
    "sinks/saved": "single characters of an error, cut",
}


def cost_s(read: Reader, text: str) -> float:
    """Of the fastest of two readings."""
    return min(_cost_s(read, text) for _ in range(2))


def _cost_s(read: Reader, text: str) -> float:
    begun = time.process_time()
    read(text)
    return time.process_time() - begun


def plain(text: str) -> int:
    """What a loop over the characters costs, by which the others are measured."""
    return sum(1 for character in text if character == "~")


def grows_too_fast(read: Reader, unit: str) -> bool:
    """Whether four times the text costs far more than four times as much. What costs no more than
    fifty loops over the characters is not looked at further."""
    shorter, longer = (unit * (size // len(unit)) for size in SIZES)
    cost = cost_s(read, shorter)
    return cost > 50 * cost_s(plain, shorter) and cost_s(read, longer) > 9 * cost


def main(name: str) -> None:
    READERS[name]("warm **up** `a`")
    for unit in UNITS:
        # Before, so that a text that takes for ever is named too.
        print(ascii(unit), end=" ", flush=True)
        print("grows too fast" if grows_too_fast(READERS[name], unit) else "is linear", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
