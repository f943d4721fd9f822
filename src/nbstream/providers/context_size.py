"""How many tokens a prompt has and how many fit, as a provider says it. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_N = r"(?P<{}>\d[\d,_]{{0,19}})"
_GAP = ".{0,300}?"
_TOKENS, _LIMIT = _N.format("tokens"), _N.format("limit")

# Each in the words of the servers named; the first that fits is taken.
_SENTENCES = [
    re.compile(sentence, re.IGNORECASE | re.DOTALL)
    for sentence in (
        # Anthropic
        rf"prompt is too long: {_TOKENS} tokens > {_LIMIT}",
        rf"exceed context limit: {_N.format('prompt')} \+ {_N.format('answer')} > {_LIMIT}",
        # OpenAI, vLLM, DeepSeek, OpenRouter
        rf"maximum context length is {_LIMIT} tokens{_GAP}(?:resulted in|requested(?: about)?"
        rf"|your request has) {_TOKENS}",
        rf"passed {_TOKENS} input tokens{_GAP}context length is only {_LIMIT}",
        # OpenAI and Groq, of the tokens a minute, which such a request can never keep to
        rf"limit:? {_LIMIT},? requested:? {_TOKENS}",
        # llama.cpp
        rf"\({_TOKENS} tokens\){_GAP}context size \({_LIMIT} tokens\)",
        # Mistral
        rf"contains {_TOKENS} tokens{_GAP}with {_LIMIT} maximum context length",
        # Gemini
        rf"token count \({_TOKENS}\) exceeds{_GAP}\({_LIMIT}\)",
        rf"token count exceeds{_GAP}\({_LIMIT}\)",
        rf"maximum context length (?:is|of) {_LIMIT}",
    )
]


def context_size(facts: Mapping[str, Any], text: str) -> tuple[int | None, int | None]:
    """`(tokens, limit)` from an error's own fields or its message; None for what it does not say.
    The answer's tokens are among those asked for where the provider counts them in."""
    said = facts.get("n_prompt_tokens"), facts.get("n_ctx")  # llama.cpp
    if isinstance(said[0], int) and isinstance(said[1], int):
        return said[0], said[1]
    for sentence in _SENTENCES:
        found = sentence.search(text)
        if found is not None:
            numbers = {name: _number(value) for name, value in found.groupdict().items()}
            if "prompt" in numbers:
                return numbers["prompt"] + numbers["answer"], numbers["limit"]
            return numbers.get("tokens"), numbers["limit"]
    return None, None


def _number(text: str) -> int:
    return int(text.replace(",", "").replace("_", ""))
