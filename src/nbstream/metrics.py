"""The figures of one stream, read off its transcript."""

from __future__ import annotations

from dataclasses import dataclass

from .transcript import Transcript


@dataclass(frozen=True, slots=True)
class Metrics:
    """Times in seconds from the start of the stream.

    `output_tokens` is the provider's count where `exact`, else an estimate, of all attempts;
    `tokens_per_s` counts what was kept, from the first token to the end. None where nothing came.
    `cost_usd` is what all attempts cost in US dollars by the provider's list or the user's own
    prices, None where that is not known.
    """

    elapsed_s: float
    first_token_s: float | None
    output_tokens: int
    exact: bool
    tokens_per_s: float | None
    characters: int
    attempts: int
    cost_usd: float | None = None


def estimate_tokens(deltas: int, characters: int) -> int:
    """Tokens in so many deltas of so many characters in all.

    A delta is at least one token, for most servers exactly one; where deltas are larger, English
    text and code have about four characters a token.
    """
    return max(deltas, round(characters / 4))


def output_tokens(transcript: Transcript) -> tuple[int, bool]:
    """The tokens of the output so far, without what was dropped, and whether the provider counted
    them all."""
    counted = (transcript.usage.output_tokens or 0) - transcript.dropped_tokens
    if counted <= 0:
        characters = transcript.characters + transcript.reasoning_characters
        return estimate_tokens(transcript.deltas, characters), False
    deltas, characters = transcript.uncounted
    return counted + estimate_tokens(deltas, characters), not deltas


def measure(transcript: Transcript) -> Metrics:
    """The figures of the stream so far."""
    said, exact = output_tokens(transcript)
    tokens = said + transcript.dropped_tokens + estimate_tokens(*transcript.dropped_uncounted)
    first = transcript.first_token_at_s
    writing_s = transcript.at_s - first if first is not None else 0.0
    return Metrics(
        elapsed_s=transcript.at_s,
        first_token_s=first,
        output_tokens=tokens,
        exact=exact and transcript.is_wholly_counted,
        tokens_per_s=said / writing_s if writing_s > 0 else None,
        characters=transcript.characters,
        cost_usd=transcript.usage.cost_usd,
        attempts=len(transcript.resets) + len(transcript.resumes) + 1,
    )
