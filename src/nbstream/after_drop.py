"""What follows an attempt that failed: decided here from what it had said, done in session."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from .metrics import output_tokens
from .provider import Provider
from .request import Message, Request
from .retry import RetryPolicy
from .transcript import Transcript

Step = Literal["again", "continue", "stop"]


def next_step(
    policy: RetryPolicy, provider: Provider, transcript: Transcript, *, has_schema: bool = False
) -> Step:
    """Before the first token the attempt is made again; after it, as the policy says.

    A text can be continued; a thought or a tool call that broke off cannot, nor can what is held
    to a schema from its first character on.
    """
    if transcript.first_token_at_s is None:
        return "again"
    wished = policy.on_drop
    if wished is None:
        wished = "continue" if getattr(provider, "continues", False) else "stop"
    if wished == "continue":
        if transcript.tool_calls:
            return "stop"
        return "continue" if not transcript.text_parts.is_blank and not has_schema else "again"
    return "again" if wished == "restart" else "stop"


def continued(request: Request, transcript: Transcript) -> Request:
    """The request with the text so far as the beginning of the answer.

    Without the white space it ends in, which providers refuse; `Seam` puts it right.
    """
    most = request.max_tokens
    if most is not None:
        most = max(1, most - output_tokens(transcript)[0])
    so_far = Message("assistant", transcript.text.rstrip())
    return replace(request, messages=(*request.messages, so_far), max_tokens=most)
